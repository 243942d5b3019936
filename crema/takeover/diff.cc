#include "crema/takeover/diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace crema::takeover {
namespace {

constexpr size_t kAround = 3;

// With their line ends.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const size_t size = end == std::string_view::npos ? text.size() : end + 1;
    lines.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return lines;
}

void append_line(std::string& out, char sign, std::string_view line) {
  out += sign;
  out += line;
  if (!line.ends_with('\n')) out += "\n\\ No newline at end of file\n";
}

std::string range_of(size_t begin, size_t size) {
  return fmt::format("{},{}", size == 0 ? begin : begin + 1, size);
}

}  // namespace

std::string unified_diff(std::string_view name, std::string_view before, std::string_view after) {
  if (before == after) return {};
  const auto old_lines = lines_of(before);
  const auto new_lines = lines_of(after);
  const size_t shorter = std::min(old_lines.size(), new_lines.size());
  size_t same_at_start = 0;
  while (same_at_start < shorter && old_lines[same_at_start] == new_lines[same_at_start]) {
    ++same_at_start;
  }
  size_t same_at_end = 0;
  while (same_at_end < shorter - same_at_start &&
         old_lines[old_lines.size() - 1 - same_at_end] ==
             new_lines[new_lines.size() - 1 - same_at_end]) {
    ++same_at_end;
  }
  const size_t begin = same_at_start - std::min(same_at_start, kAround);
  const size_t tail = std::min(same_at_end, kAround);
  const size_t old_end = old_lines.size() - same_at_end;
  const size_t new_end = new_lines.size() - same_at_end;

  std::string out =
      fmt::format("--- {0} (as it is)\n+++ {0} (as it would be)\n@@ -{1} +{2} @@\n", name,
                  range_of(begin, old_end + tail - begin), range_of(begin, new_end + tail - begin));
  for (size_t i = begin; i < same_at_start; ++i) append_line(out, ' ', old_lines[i]);
  for (size_t i = same_at_start; i < old_end; ++i) append_line(out, '-', old_lines[i]);
  for (size_t i = same_at_start; i < new_end; ++i) append_line(out, '+', new_lines[i]);
  for (size_t i = old_end; i < old_end + tail; ++i) append_line(out, ' ', old_lines[i]);
  return out;
}

}  // namespace crema::takeover
