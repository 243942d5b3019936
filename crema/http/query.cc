#include "crema/http/query.h"

#include "crema/base/utf8.h"
#include "crema/http/percent.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>

namespace crema::http {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// The bytes at the start of `text` that WHATWG's decoder takes for one character, or, when they
// are none, for one U+FFFD: the longest beginning of a character, at least one byte.
struct Character {
  size_t size;
  bool valid;
};

Character first_character(std::string_view text) {
  base::Utf8Checker checker;
  for (size_t size = 1; size <= text.size(); ++size) {
    if (!checker.feed(text.substr(size - 1, 1))) return {std::max<size_t>(size - 1, 1), false};
    if (checker.complete()) return {size, true};
  }
  return {text.size(), false};
}

std::string to_utf8(std::string text) {
  if (base::valid_utf8(text)) return text;
  std::string out;
  std::string_view rest = text;
  while (!rest.empty()) {
    const Character next = first_character(rest);
    out += next.valid ? rest.substr(0, next.size) : kReplacement;
    rest.remove_prefix(next.size);
  }
  return out;
}

std::string decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (const std::optional<char> byte = percent_byte(text.substr(i))) {
      out.push_back(*byte);
      i += 2;
    } else {
      out.push_back(text[i] == '+' ? ' ' : text[i]);
    }
  }
  return to_utf8(std::move(out));
}

// Sorting keeps a query of thousands of keys from costing its square.
void keep_last_values(std::vector<Query::Entry>& entries) {
  std::vector<size_t> order(entries.size());
  std::iota(order.begin(), order.end(), size_t{0});
  const auto key = [&](size_t i) -> std::string_view { return entries[i].key; };
  std::ranges::stable_sort(order, {}, key);
  if (std::ranges::adjacent_find(order, {}, key) == order.end()) return;
  std::vector<bool> repeated(entries.size());
  for (size_t i = 0, first = 0; i < order.size(); ++i) {
    if (entries[order[i]].key != entries[order[first]].key) first = i;
    if (i == first) continue;
    entries[order[first]].value = std::move(entries[order[i]].value);
    repeated[order[i]] = true;
  }
  std::vector<Query::Entry> kept;
  for (size_t i = 0; i < entries.size(); ++i) {
    if (!repeated[i]) kept.push_back(std::move(entries[i]));
  }
  entries = std::move(kept);
}

bool is_form_byte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '*' ||
         c == '-' || c == '.' || c == '_';
}

}  // namespace

Query::Query(std::string_view text) {
  if (!text.empty()) entries_.reserve(4);  // EIO, transport, t, sid.
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    if (pair.empty()) continue;
    const std::string_view key = pair.substr(0, pair.find('='));
    const std::string_view value = pair.substr(std::min(key.size() + 1, pair.size()));
    entries_.push_back({decode(key), decode(value)});
  }
  if (entries_.size() > 1) keep_last_values(entries_);
}

std::optional<std::string_view> Query::get(std::string_view key) const {
  const auto found = std::ranges::find(entries_, key, &Entry::key);
  if (found == entries_.end()) return std::nullopt;
  return found->value;
}

void append_form_encoded(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_form_byte(c)) {
      out.push_back(c);
    } else if (c == ' ') {
      out.push_back('+');
    } else {
      out.push_back('%');
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 0xF]);
    }
  }
}

}  // namespace crema::http
