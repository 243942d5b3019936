#include "crema/cli/progress_line.h"

#include <charconv>
#include <cmath>

namespace crema::cli {
namespace {

constexpr std::string_view kSpaces = " \t\r";

std::string_view trim(std::string_view text) {
  const size_t first = text.find_first_not_of(kSpaces);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpaces) - first + 1);
}

}  // namespace

base::Result<ProgressLine, std::string> read_progress_line(std::string_view line) {
  const std::string_view text = trim(line);
  ProgressLine result;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), result.percent);
  std::string_view rest = text.substr(static_cast<size_t>(end - text.data()));
  if (rest.starts_with('%')) rest.remove_prefix(1);
  const bool is_apart = rest.empty() || kSpaces.find(rest.front()) != std::string_view::npos;
  if (error != std::errc() || !std::isfinite(result.percent) || !is_apart) {
    return base::fail(std::string("does not begin with a number: N or N DESCRIPTION"));
  }
  result.description = trim(rest);
  return result;
}

}  // namespace crema::cli
