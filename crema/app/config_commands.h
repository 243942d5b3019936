// `crema check` and `crema config`: they read files and ask no network.
#pragma once

#include "crema/app/config.h"
#include "crema/app/outcome.h"

namespace crema::app {

// Every problem with its file, line and cure. Exit code 2 when the server would not start.
[[nodiscard]] Outcome check_command(const ConfigQuery& query);

// Every value with its source on stdout, problems on stderr.
[[nodiscard]] Outcome config_command(const ConfigQuery& query);

}  // namespace crema::app
