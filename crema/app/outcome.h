// What a command that ends by itself leaves: text for stdout and stderr, and its exit code.
#pragma once

#include "crema/app/problem.h"

#include <string>
#include <utility>

namespace crema::app {

// Source: operations, "Exit codes".
enum ExitCode : int { kExitClean = 0, kExitFailure = 1, kExitUsage = 2 };

struct Outcome {
  int exit_code = kExitClean;
  std::string out;
  std::string err;
};

[[nodiscard]] inline Outcome fail_with(int exit_code, const std::string& line) {
  return {.exit_code = exit_code, .out = {}, .err = "crema: " + line + '\n'};
}

[[nodiscard]] inline Outcome fail_with(const Problem& problem) {
  return fail_with(kExitUsage, to_string(problem));
}

}  // namespace crema::app
