#include "crema/load/fields.h"

#include <charconv>
#include <string>

namespace crema::load {
namespace {

// What follows `"key":`; empty when it is not there.
std::string_view after_key(std::string_view json, std::string_view key) {
  const std::string mark = '"' + std::string(key) + "\":";
  const auto at = json.find(mark);
  return at == std::string_view::npos ? std::string_view() : json.substr(at + mark.size());
}

// An even number of backslashes before it does not escape the character at `at`.
bool is_escaped(std::string_view text, std::size_t at) {
  std::size_t slashes = 0;
  while (slashes < at && text[at - slashes - 1] == '\\') ++slashes;
  return slashes % 2 != 0;
}

}  // namespace

std::string_view text_field(std::string_view json, std::string_view key) {
  auto value = after_key(json, key);
  if (!value.starts_with('"')) return {};
  value.remove_prefix(1);
  auto end = value.find('"');
  while (end != std::string_view::npos && is_escaped(value, end)) end = value.find('"', end + 1);
  return end == std::string_view::npos ? std::string_view() : value.substr(0, end);
}

std::optional<std::uint64_t> number_field(std::string_view json, std::string_view key) {
  const auto value = after_key(json, key);
  std::uint64_t number = 0;
  const auto parsed = std::from_chars(value.data(), value.data() + value.size(), number);
  return parsed.ec == std::errc{} ? std::optional(number) : std::nullopt;
}

std::optional<std::string_view> last_string(std::string_view event) {
  if (!event.ends_with("\"]")) return std::nullopt;
  event.remove_suffix(2);
  auto quote = event.rfind('"');
  while (quote != std::string_view::npos && quote != 0 && is_escaped(event, quote)) {
    quote = event.rfind('"', quote - 1);
  }
  if (quote == std::string_view::npos) return std::nullopt;
  return event.substr(quote + 1);
}

}  // namespace crema::load
