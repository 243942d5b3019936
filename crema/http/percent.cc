#include "crema/http/percent.h"

#include <charconv>

namespace crema::http {

std::optional<char> percent_byte(std::string_view text) {
  if (text.size() < 3 || text[0] != '%') return std::nullopt;
  unsigned value = 0;
  const char* end = text.data() + 3;
  const auto [stop, error] = std::from_chars(text.data() + 1, end, value, 16);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return static_cast<char>(value);
}

}  // namespace crema::http
