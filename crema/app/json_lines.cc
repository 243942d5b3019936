#include "crema/app/json_lines.h"

#include <algorithm>

namespace crema::app {
namespace {

// Walks over the strings and brackets of a valid text; everything else is skipped.
class KeyFinder {
 public:
  KeyFinder(std::string_view text, std::string_view object, std::string_view key)
      : text_(text), object_(object), key_(key) {}

  size_t find() {
    while (at_ < text_.size()) step();
    return found_;
  }

 private:
  void step() {
    const char c = text_[at_];
    if (c == '"') return on_string();
    if (c == '{' || c == '[') ++depth_;
    if (c == '}' || c == ']') {
      --depth_;
      if (depth_ == 1) inside_object_ = false;
    }
    ++at_;
  }

  void on_string() {
    const size_t begin = ++at_;
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
    const std::string_view string = text_.substr(begin, at_ - begin);
    const size_t colon = text_.find_first_not_of(" \t\r\n", ++at_);
    if (colon == std::string_view::npos || text_[colon] != ':') return;
    if (depth_ == 1) inside_object_ = string == object_;
    const bool right_object = object_.empty() ? depth_ == 1 : depth_ == 2 && inside_object_;
    if (right_object && string == key_) {
      found_ = 1 + static_cast<size_t>(std::count(text_.begin(), text_.begin() + begin, '\n'));
    }
  }

  const std::string_view text_;
  const std::string_view object_;
  const std::string_view key_;
  size_t at_ = 0;
  size_t found_ = 0;
  int depth_ = 0;
  bool inside_object_ = false;
};

}  // namespace

size_t line_of_key(std::string_view text, std::string_view object, std::string_view key) {
  return KeyFinder(text, object, key).find();
}

}  // namespace crema::app
