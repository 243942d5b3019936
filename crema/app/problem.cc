#include "crema/app/problem.h"

#include <algorithm>

namespace crema::app {

std::string to_string(const Problem& problem) {
  std::string text = problem.where;
  if (problem.line != 0) text += ':' + std::to_string(problem.line);
  if (problem.line != 0 && problem.column != 0) text += ':' + std::to_string(problem.column);
  if (!text.empty()) text += ": ";
  text += problem.what;
  if (!problem.cure.empty()) text += "; " + problem.cure;
  return text;
}

std::string to_string(const Problems& problems) {
  std::string text;
  for (const Problem& problem : problems) {
    text += problem.severity == Severity::kError ? "error: " : "warning: ";
    text += to_string(problem) + '\n';
  }
  return text;
}

bool has_errors(const Problems& problems) {
  return std::ranges::any_of(
      problems, [](const Problem& problem) { return problem.severity == Severity::kError; });
}

}  // namespace crema::app
