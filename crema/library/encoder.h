// Writes values as JSON with attachments. Source: spec/socketio.md 2.1, "Encode".
#pragma once

#include "crema/library/value.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace crema {

// Values one after the other, with commas between them. Never throws for what it is given: text
// that is not UTF-8 is mended, a number that is not finite becomes null, as in JavaScript.
class Encoder {
 public:
  // One value each.
  void null() { word("null"); }
  void boolean(bool value) { word(value ? "true" : "false"); }
  void integer(int64_t value);
  void integer(uint64_t value);
  void number(double value);
  void string(std::string_view utf8);
  // Leaves as an attachment; a placeholder stands in the text.
  void bytes(std::string_view data);
  // Checked; see Json. It must not be this encoder's own `text()`.
  void json(std::string_view text);
  // A value as it came, attachments included.
  void value(const Value& value);

  // Values between a beginning and its end are of that array or object.
  void begin_array() { open('['); }
  void end_array() { close(']'); }
  void begin_object() { open('{'); }
  // Before the value of each member.
  void key(std::string_view utf8);
  void end_object() { close('}'); }

  // What was written so far: the JSON, and the bytes that its placeholders name, in order.
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] std::vector<std::string>& attachments() { return attachments_; }

 private:
  void word(std::string_view text);
  void separate();
  void open(char bracket);
  void close(char bracket);
  void quoted(std::string_view utf8);
  void copy(const Value& value);

  std::string text_;
  std::vector<std::string> attachments_;
};

}  // namespace crema
