#include "crema/json/value.h"

#include "crema/json/config.h"
#include "crema/json/slice.h"

#include <boost/json/parser.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

namespace crema::json {
namespace {

ParseError error_at(std::string_view text, size_t offset, std::string message) {
  const std::string_view before = text.substr(0, offset);
  const size_t line_start = before.rfind('\n') + 1;  // npos + 1 is the first line's start.
  const auto is_first_byte = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  const auto line_feeds = std::ranges::count(before, '\n');
  const auto characters = std::ranges::count_if(before.substr(line_start), is_first_byte);
  return {.line = static_cast<size_t>(line_feeds) + 1,
          .column = static_cast<size_t>(characters) + 1,
          .message = std::move(message)};
}

template <class Number>
void append_number(std::string& out, Number number) {
  char buffer[32];  // The longest double is "-2.2250738585072014e-308".
  const auto result = std::to_chars(buffer, buffer + sizeof buffer, number);
  out.append(buffer, result.ptr);
}

void append_double(std::string& out, double number) {
  if (std::isfinite(number)) {
    append_number(out, number);
  } else {
    out.append("null");
  }
}

void append_value(std::string& out, const Value& value);

void append_array(std::string& out, const Array& array) {
  out.push_back('[');
  bool first = true;
  for (const Value& element : array) {
    if (!first) out.push_back(',');
    first = false;
    append_value(out, element);
  }
  out.push_back(']');
}

void append_object(std::string& out, const Object& object) {
  out.push_back('{');
  bool first = true;
  for (const auto& [key, value] : object) {
    if (!first) out.push_back(',');
    first = false;
    append_quoted(out, key);
    out.push_back(':');
    append_value(out, value);
  }
  out.push_back('}');
}

void append_value(std::string& out, const Value& value) {
  using boost::json::kind;
  switch (value.kind()) {
    case kind::null:
      out.append("null");
      break;
    case kind::bool_:
      out.append(value.get_bool() ? "true" : "false");
      break;
    case kind::int64:
      append_number(out, value.get_int64());
      break;
    case kind::uint64:
      append_number(out, value.get_uint64());
      break;
    case kind::double_:
      append_double(out, value.get_double());
      break;
    case kind::string:
      append_quoted(out, value.get_string());
      break;
    case kind::array:
      append_array(out, value.get_array());
      break;
    case kind::object:
      append_object(out, value.get_object());
      break;
  }
}

}  // namespace

base::Result<Value, ParseError> parse(std::string_view text, size_t bytes_max) {
  if (text.size() > bytes_max) {
    return base::fail(ParseError{.message = "longer than the " + std::to_string(bytes_max) +
                                            " bytes that are allowed"});
  }
  boost::json::parse_options options;
  options.max_depth = kDepthMax;
  boost::json::parser parser({}, options);
  boost::json::error_code error;
  const size_t parsed = parser.write_some(text.data(), text.size(), error);
  if (error) return base::fail(error_at(text, parsed, error.message()));
  if (parsed < text.size()) {
    return base::fail(error_at(text, parsed, "something follows the document"));
  }
  return parser.release();
}

std::string serialize(const Value& value) {
  std::string out;
  append_value(out, value);
  return out;
}

}  // namespace crema::json
