#include "crema/json/slice.h"

#include "crema/json/scan.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

namespace crema::json {
namespace {

// One past the string that begins at `at`, or the end of a text that breaks off.
size_t string_end(Slice text, size_t at) {
  const char* const end = text.data() + text.size();
  const char* p = text.data() + at + 1;
  while ((p = find_special(p, end)) != end) {
    if (*p == '"') return static_cast<size_t>(p + 1 - text.data());
    p += *p == '\\' && end - p > 1 ? 2 : 1;
  }
  return text.size();
}

size_t container_end(Slice text, size_t at) {
  size_t depth = 0;
  while (at < text.size()) {
    switch (text[at]) {
      case '"':
        at = string_end(text, at);
        continue;
      case '[':
      case '{':
        ++depth;
        break;
      case ']':
      case '}':
        if (depth <= 1) return at + 1;
        --depth;
        break;
      default:
        break;
    }
    ++at;
  }
  return text.size();
}

// The value `text` begins with. Takes at least one byte of what is not empty.
Slice first_value(Slice text) {
  if (is_string(text)) return text.substr(0, string_end(text, 0));
  if (is_array(text) || is_object(text)) return text.substr(0, container_end(text, 0));
  return text.substr(0, text.find_first_of(",]}", 1));
}

// `text` without its first `count` bytes and the comma after them.
Slice after_comma(Slice text, size_t count) {
  text.remove_prefix(count);
  if (text.starts_with(',')) text.remove_prefix(1);
  return text;
}

Slice inside(Slice container) {
  return container.size() < 2 ? Slice{} : container.substr(1, container.size() - 2);
}

void append_code_point(std::string& out, uint32_t code) {
  const auto put = [&](uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

// The code unit of an escape \uXXXX that `text` begins with.
std::optional<uint32_t> code_unit(std::string_view text) {
  if (text.size() < 6 || !text.starts_with("\\u")) return std::nullopt;
  uint32_t unit = 0;
  const auto [end, error] = std::from_chars(text.data() + 2, text.data() + 6, unit, 16);
  if (error != std::errc{} || end != text.data() + 6) return std::nullopt;
  return unit;
}

// Appends what the escapes \uXXXX at the start of `text` say; returns their length, 6 or 12.
size_t append_unicode_escape(std::string& out, std::string_view text) {
  constexpr uint32_t kReplacement = 0xFFFD;
  const uint32_t unit = code_unit(text).value_or(kReplacement);
  const bool leading = unit >= 0xD800 && unit <= 0xDBFF;
  const uint32_t second = leading ? code_unit(text.substr(6)).value_or(0) : 0;
  if (second >= 0xDC00 && second <= 0xDFFF) {
    append_code_point(out, 0x10000 + ((unit - 0xD800) << 10) + (second - 0xDC00));
    return 12;
  }
  append_code_point(out, unit >= 0xD800 && unit <= 0xDFFF ? kReplacement : unit);
  return 6;
}

char simple_escape(char letter) {
  switch (letter) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return letter;
  }
}

std::string decoded(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  for (size_t backslash; (backslash = raw.find('\\')) != std::string_view::npos;) {
    out.append(raw.substr(0, backslash));
    raw.remove_prefix(backslash);
    size_t length = 2;
    if (raw.size() > 1 && raw[1] == 'u') {
      length = append_unicode_escape(out, raw);
    } else if (raw.size() > 1) {
      out.push_back(simple_escape(raw[1]));
    }
    raw.remove_prefix(std::min(length, raw.size()));
  }
  out.append(raw);
  return out;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_number(Slice value) {
  const Slice unsigned_part = value.starts_with('-') ? value.substr(1) : value;
  return !unsigned_part.empty() && is_digit(unsigned_part.front());
}

// Whether the number, which no double can hold, is so because it is too small.
bool is_tiny(Slice number) {
  const size_t e = std::min(number.find_first_of("eE"), number.size());
  const Slice digits = number.substr(0, e);
  const size_t point = std::min(digits.find('.'), e);
  const size_t significant = std::min(digits.find_first_of("123456789"), e);
  int64_t exponent = 0;
  if (e < number.size()) {
    const char* const end = number.data() + number.size();
    const char* const first = number.data() + e + (number[e + 1] == '+' ? 2 : 1);
    const auto parsed = std::from_chars(first, end, exponent);
    // So large that the digits of a text that fits into memory cannot make up for it.
    if (parsed.ec == std::errc::result_out_of_range) return *first == '-';
  }
  return exponent < static_cast<int64_t>(significant) - static_cast<int64_t>(point);
}

template <class Integer>
std::optional<Integer> integer_of(Slice value) {
  if (!is_number(value)) return std::nullopt;
  Integer integer = 0;
  const char* const end = value.data() + value.size();
  const auto [at, error] = std::from_chars(value.data(), end, integer);
  if (at == end) return error == std::errc{} ? std::optional(integer) : std::nullopt;
  constexpr double kExactMax = 9007199254740992;  // 2^53
  const std::optional<double> number = number_value(value);
  if (!number || std::trunc(*number) != *number || std::abs(*number) > kExactMax) {
    return std::nullopt;
  }
  const auto whole = static_cast<int64_t>(*number);
  return std::in_range<Integer>(whole) ? std::optional(static_cast<Integer>(whole)) : std::nullopt;
}

void append_control(std::string& out, char control) {
  static constexpr char kHex[] = "0123456789abcdef";
  static constexpr std::string_view kNamed = "\b\f\n\r\t";
  const size_t named = kNamed.find(control);
  if (named != std::string_view::npos) {
    out.push_back('\\');
    out.push_back("bfnrt"[named]);
    return;
  }
  out.append("\\u00");
  out.push_back(kHex[static_cast<unsigned char>(control) >> 4]);
  out.push_back(kHex[static_cast<unsigned char>(control) & 15]);
}

}  // namespace

bool truthy(Slice value) {
  if (value.empty() || value == "false" || is_null(value) || value == "\"\"") return false;
  return !is_number(value) || number_value(value) != 0;
}

Result<void> split_array(Slice array, std::vector<Slice>& out) {
  if (!is_array(array)) return base::fail(Errc::kNotAnArray);
  out.clear();
  for (Slice rest = inside(array); !rest.empty();) {
    out.push_back(first_value(rest));
    rest = after_comma(rest, out.back().size());
  }
  return {};
}

Members::Members(Slice object) : rest_(is_object(object) ? inside(object) : Slice{}) {}

bool Members::next() {
  if (!is_string(rest_)) return false;
  const size_t key_size = string_end(rest_, 0);
  raw_key_ = inside(rest_.substr(0, key_size));
  rest_.remove_prefix(key_size);
  if (!rest_.starts_with(':') || rest_.size() < 2) return false;
  rest_.remove_prefix(1);
  value_ = first_value(rest_);
  rest_ = after_comma(rest_, value_.size());
  return true;
}

std::optional<Slice> member(Slice object, std::string_view key) {
  std::optional<Slice> found;
  for_each_member(object, [&](std::string_view raw_key, Slice value) {
    if (key_is(raw_key, key)) found = value;
  });
  return found;
}

bool key_is(std::string_view raw_key, std::string_view key) {
  const bool has_escapes = raw_key.find('\\') != std::string_view::npos;
  return has_escapes ? decoded(raw_key) == key : raw_key == key;
}

std::optional<std::string> string_value(Slice value) {
  if (!is_string(value)) return std::nullopt;
  return decoded(inside(value));
}

std::optional<double> number_value(Slice value) {
  if (!is_number(value)) return std::nullopt;
  double number = 0;
  const char* const end = value.data() + value.size();
  const auto [at, error] = std::from_chars(value.data(), end, number);
  if (at != end) return std::nullopt;
  if (error == std::errc{}) return number;
  number = is_tiny(value) ? 0 : std::numeric_limits<double>::infinity();
  return value.starts_with('-') ? -number : number;
}

std::optional<int64_t> integer_value(Slice value) { return integer_of<int64_t>(value); }
std::optional<uint64_t> unsigned_value(Slice value) { return integer_of<uint64_t>(value); }

void append_quoted(std::string& out, std::string_view utf8) {
  const char* p = utf8.data();
  const char* const end = p + utf8.size();
  out.push_back('"');
  for (const char* special; (special = find_special(p, end)) != end; p = special + 1) {
    out.append(std::string_view(p, special));
    if (*special == '"' || *special == '\\') {
      out.push_back('\\');
      out.push_back(*special);
    } else {
      append_control(out, *special);
    }
  }
  out.append(std::string_view(p, end));
  out.push_back('"');
}

}  // namespace crema::json
