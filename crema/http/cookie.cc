#include "crema/http/cookie.h"

#include "crema/base/utf8.h"
#include "crema/http/percent.h"

#include <cstddef>

namespace crema::http {
namespace {

std::string_view trim(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string_view unquote(std::string_view value) {
  if (!value.starts_with('"') || !value.ends_with('"')) return value;
  // A lone quote is both its own beginning and its end.
  return value.size() == 1 ? std::string_view{} : value.substr(1, value.size() - 2);
}

// JavaScript's decodeURIComponent: every run of percent sequences must be UTF-8 by itself.
std::optional<std::string> decode_component(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    if (text[0] != '%') {
      const std::string_view plain = text.substr(0, text.find('%'));
      out += plain;
      text.remove_prefix(plain.size());
      continue;
    }
    const size_t run_begins = out.size();
    while (!text.empty() && text[0] == '%') {
      const std::optional<char> byte = percent_byte(text);
      if (!byte) return std::nullopt;
      out.push_back(*byte);
      text.remove_prefix(3);
    }
    if (!base::valid_utf8(std::string_view{out}.substr(run_begins))) return std::nullopt;
  }
  return out;
}

}  // namespace

std::optional<std::string> cookie_value(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const size_t end = header.find(';');
    const std::string_view pair = header.substr(0, end);
    const size_t equals = pair.find('=');
    if (equals != std::string_view::npos && trim(pair.substr(0, equals)) == name) {
      const std::string_view raw = unquote(trim(pair.substr(equals + 1)));
      return decode_component(raw).value_or(std::string{raw});
    }
    if (end == std::string_view::npos) break;
    header.remove_prefix(end + 1);
  }
  return std::nullopt;
}

}  // namespace crema::http
