// `crema serve` up to the moment when the server starts.
#pragma once

#include "crema/app/config.h"

namespace crema::app {

// Loads the configuration, says what is wrong with it, configures the log and serves.
// Returns an ExitCode.
[[nodiscard]] int serve_command(const ConfigQuery& query);

}  // namespace crema::app
