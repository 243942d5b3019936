#include "crema/library/encoder.h"

#include "crema/base/utf8.h"
#include "crema/json/normalize.h"
#include "crema/json/slice.h"
#include "crema/library/counters.h"

#include <array>
#include <charconv>
#include <cmath>

namespace crema {

void Encoder::separate() {
  if (!text_.empty() && std::string_view("[{:").find(text_.back()) == std::string_view::npos) {
    text_.push_back(',');
  }
}

void Encoder::word(std::string_view text) {
  separate();
  text_.append(text);
}

void Encoder::integer(int64_t value) { word(std::to_string(value)); }
void Encoder::integer(uint64_t value) { word(std::to_string(value)); }

void Encoder::number(double value) {
  if (!std::isfinite(value)) return null();
  if (value == 0) return word("0");  // Also for -0, as JSON.stringify.
  std::array<char, 32> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  word({text.data(), end});
}

void Encoder::quoted(std::string_view utf8) {
  if (base::valid_utf8(utf8)) return json::append_quoted(text_, utf8);
  library::kMendedStrings.add();
  std::string mended;
  for (const char c : utf8) {
    if (static_cast<unsigned char>(c) < 0x80) {
      mended.push_back(c);
    } else {
      mended.append("\xef\xbf\xbd");  // U+FFFD
    }
  }
  json::append_quoted(text_, mended);
}

void Encoder::string(std::string_view utf8) {
  separate();
  quoted(utf8);
}

void Encoder::bytes(std::string_view data) {
  word(R"({"_placeholder":true,"num":)");
  text_.append(std::to_string(attachments_.size())).append("}");
  attachments_.emplace_back(data);
}

void Encoder::json(std::string_view text) {
  separate();
  if (json::normalize(text, json::NonFinite::kNull, text_)) return;
  library::kBadJson.add();
  text_.append("null");
}

void Encoder::value(const Value& value) {
  if (value.is_absent()) return null();
  if (value.attachments().empty()) return word(value.json());
  copy(value);
}

// Attachments are numbered anew.
void Encoder::copy(const Value& value) {
  if (const auto data = value.as_bytes()) return bytes(*data);
  if (value.is_array()) {
    begin_array();
    for (const Value& element : value.elements()) copy(element);
    return end_array();
  }
  if (!value.is_object()) return word(value.json());
  begin_object();
  for (const auto& [name, member] : value.members()) {
    key(name);
    copy(member);
  }
  end_object();
}

void Encoder::open(char bracket) {
  separate();
  text_.push_back(bracket);
}

void Encoder::close(char bracket) { text_.push_back(bracket); }

void Encoder::key(std::string_view utf8) {
  separate();
  quoted(utf8);
  text_.push_back(':');
}

}  // namespace crema
