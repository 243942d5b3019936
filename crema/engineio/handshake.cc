#include "crema/engineio/handshake.h"

#include <algorithm>

namespace crema::engineio {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

}  // namespace

std::optional<std::string_view> Handshake::header(std::string_view name) const {
  for (const auto [key, value] : headers()) {
    if (std::ranges::equal(key, name, {}, lower)) return value;
  }
  return std::nullopt;
}

}  // namespace crema::engineio
