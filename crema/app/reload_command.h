// `crema reload`: the running Crema loads apps' handlers anew.
#pragma once

#include "crema/app/bench.h"
#include "crema/app/outcome.h"

namespace crema::app {

// Blocks until the running Crema has answered.
[[nodiscard]] Outcome reload_command(const BenchQuery& bench);

}  // namespace crema::app
