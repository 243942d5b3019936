// What is wrong with a file, a variable or a flag, said so that a person can put it right.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace crema::app {

enum class Severity : uint8_t {
  kWarning,  // The server starts; something is probably not as meant.
  kError,    // The server does not start: exit code 2.
};

// `line` and `column` count from 1; 0 means that there is none to name.
struct Problem {
  Severity severity = Severity::kError;
  std::string where = {};  // A file's path, a flag, an environment variable, or empty.
  size_t line = 0;
  size_t column = 0;
  std::string what = {};
  std::string cure = {};  // May be empty.
};

using Problems = std::vector<Problem>;

// "where:line:column: what; cure", without what is not known.
[[nodiscard]] std::string to_string(const Problem& problem);

// The same for many, one per line, each led by "error: " or "warning: ".
[[nodiscard]] std::string to_string(const Problems& problems);

[[nodiscard]] bool has_errors(const Problems& problems);

}  // namespace crema::app
