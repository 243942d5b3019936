// What commands tell the Crema that runs in their bench.
#pragma once

#include "crema/app/config.h"
#include "crema/app/outcome.h"
#include "crema/base/result.h"

#include <string>

namespace crema::app {

// POSTs to its admin socket and gives the answer's body. Blocks, at most 5 s.
// Errors: what the command ends with.
[[nodiscard]] base::Result<std::string, Outcome> post_to_running(const Config& config,
                                                                 std::string target,
                                                                 std::string body = {});

}  // namespace crema::app
