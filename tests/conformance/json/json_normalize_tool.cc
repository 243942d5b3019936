// Normalises documents for another process. In, for each: a byte 'r' (reject) or 'n' (null) for
// the non-finite words, the length as four bytes, low end first, the document. Out, for each: a
// byte '0' (accepted) or '1' to '3' (syntax, UTF-8, depth), the length of the output, the output.
#include "crema/json/normalize.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>

namespace {

using crema::json::NonFinite;

struct Request {
  NonFinite non_finite;
  std::string document;
};

std::optional<Request> read_request() {
  std::array<unsigned char, 5> head{};
  if (std::fread(head.data(), 1, head.size(), stdin) != head.size()) return std::nullopt;
  uint32_t size = 0;
  for (size_t i = 4; i >= 1; --i) size = size << 8 | head[i];
  Request request{head[0] == 'n' ? NonFinite::kNull : NonFinite::kReject, std::string(size, '\0')};
  if (std::fread(request.document.data(), 1, size, stdin) != size) return std::nullopt;
  return request;
}

void write_answer(char verdict, const std::string& output) {
  std::putchar(verdict);
  for (int shift = 0; shift < 32; shift += 8) {
    std::putchar(static_cast<int>(output.size() >> shift & 0xFF));
  }
  std::fwrite(output.data(), 1, output.size(), stdout);
}

}  // namespace

int main() {
  while (const auto request = read_request()) {
    std::string output;
    const auto result = crema::json::normalize(request->document, request->non_finite, output);
    write_answer(result ? '0' : static_cast<char>('1' + static_cast<int>(result.error())), output);
  }
  return 0;
}
