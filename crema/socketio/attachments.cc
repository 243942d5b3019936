#include "crema/socketio/attachments.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

namespace crema::socketio {
namespace {

// A container that is not closed yet.
struct Open {
  bool is_placeholder = false;
  json::Slice num;
};

// One past the string that begins at `at`.
size_t string_end(json::Slice text, size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return std::min(at + 1, text.size());
}

bool says(json::Slice string, std::string_view word) {
  if (string.find('\\') == json::Slice::npos) return string.substr(1, string.size() - 2) == word;
  return json::string_value(string) == word;
}

void note(Open& object, json::Slice key, json::Slice rest) {
  if (says(key, "_placeholder")) object.is_placeholder = rest.starts_with("true");
  if (says(key, "num")) object.num = rest.substr(0, rest.find_first_of(",}", 1));
}

bool fits(const Open& container, unsigned count) {
  if (!container.is_placeholder) return true;
  const auto index = json::integer_value(container.num);
  return index && *index >= 0 && *index < count;
}

}  // namespace

// One pass, whatever the depth: a megabyte of nested arrays is read once.
bool placeholders_fit(json::Slice value, unsigned count) {
  std::vector<Open> open;
  for (size_t at = 0; at < value.size();) {
    const char c = value[at];
    if (c == '"') {
      const size_t end = string_end(value, at);
      const bool is_key = end < value.size() && value[end] == ':';
      if (is_key) note(open.back(), value.substr(at, end - at), value.substr(end + 1));
      at = end;
      continue;
    }
    if (c == '[' || c == '{') open.emplace_back();
    if (c == ']' || c == '}') {
      if (!fits(open.back(), count)) return false;
      open.pop_back();
    }
    ++at;
  }
  return true;
}

}  // namespace crema::socketio
