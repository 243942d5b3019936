#include "crema/library/handshake.h"

#include "crema/http/query.h"

#include <algorithm>
#include <cctype>

namespace crema {
namespace {

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

}  // namespace

std::optional<std::string> Handshake::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (same_name(key, name)) return value;
  }
  return std::nullopt;
}

std::optional<std::string> Handshake::query(std::string_view name) const {
  const size_t begin = url.find('?');
  if (begin == std::string::npos) return std::nullopt;
  const http::Query parsed(std::string_view(url).substr(begin + 1));
  const auto found = parsed.get(name);
  return found ? std::optional<std::string>(*found) : std::nullopt;
}

Value Handshake::auth_member(std::string_view name) const {
  return Value(auth.text, {}).member(name);
}

}  // namespace crema
