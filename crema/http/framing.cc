#include "crema/http/framing.h"

#include <charconv>
#include <string_view>

namespace crema::http {
namespace {

std::optional<uint64_t> parse_length(std::string_view text) {
  uint64_t length = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, length);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return length;
}

std::optional<Framing> from_coding(std::string_view coding, unsigned version) {
  if (version < 11 || !equals_ignoring_case(coding, "chunked")) return std::nullopt;
  return Framing{.kind = Framing::Kind::kChunked};
}

std::optional<Framing> from_length(std::string_view text) {
  const std::optional<uint64_t> length = parse_length(text);
  if (!length) return std::nullopt;
  return Framing{.kind = Framing::Kind::kLength, .length = *length};
}

}  // namespace

std::optional<Framing> framing_of(std::span<const Header> headers, unsigned version) {
  std::optional<Framing> framing = Framing{};
  for (const Header& header : headers) {
    const bool is_length = equals_ignoring_case(header.name, "Content-Length");
    const bool is_coding = equals_ignoring_case(header.name, "Transfer-Encoding");
    if (!is_length && !is_coding) continue;
    if (framing->kind != Framing::Kind::kUnstated) return std::nullopt;
    framing = is_length ? from_length(header.value) : from_coding(header.value, version);
    if (!framing) return std::nullopt;
  }
  return framing;
}

}  // namespace crema::http
