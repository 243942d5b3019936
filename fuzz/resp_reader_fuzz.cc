// Redis replies in two ways, whole and byte by byte: both must give the same, and never crash.
#include "crema/base/check.h"
#include "crema/resp/reply_reader.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace {

using crema::resp::Limits;
using crema::resp::ReplyReader;
using crema::resp::ReplyView;

constexpr Limits kSmall{.bulk_bytes_max = 4096, .elements_max = 64, .depth_max = 7};

void append(std::string& out, ReplyView reply) {
  out += static_cast<char>('0' + static_cast<int>(reply.kind()));
  out.append(reply.text()).append(std::to_string(reply.integer()));
  for (size_t i = 0; i < reply.size(); ++i) append(out, reply.at(i));
}

// False after an error.
bool drain(ReplyReader& reader, std::string& out) {
  for (;;) {
    auto reply = reader.next();
    if (!reply) out += static_cast<char>('a' + static_cast<int>(reply.error()));
    if (!reply) return false;
    if (!*reply) return true;
    append(out, **reply);
  }
}

std::string read(std::string_view bytes, size_t step) {
  ReplyReader reader(kSmall);
  std::string out;
  bool good = true;
  for (size_t at = 0; good && at < bytes.size(); at += step) {
    reader.feed(bytes.substr(at, step));
    good = drain(reader, out);
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  CREMA_ASSERT(read(bytes, size + 1) == read(bytes, 1));
  return 0;
}
