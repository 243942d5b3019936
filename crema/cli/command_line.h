// From the arguments of the process to its exit code.
#pragma once

#include "crema/cli/actions.h"

#include <string>
#include <vector>

namespace crema::cli {

// `arguments` without the program's name. Without a subcommand it is `serve`.
// Returns the command's exit code; app::kExitUsage when the arguments are wrong.
[[nodiscard]] int run(std::vector<std::string> arguments, const Actions& actions,
                      const Surroundings& surroundings);

}  // namespace crema::cli
