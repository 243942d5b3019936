// What the configuration says of the server's bounds.
#pragma once

#include "crema/app/config.h"
#include "crema/server/config.h"

namespace crema::app {

// Shards, bounds, deadlines and compression; everything else as it is by default.
[[nodiscard]] server::Config server_options(const Config& config);

}  // namespace crema::app
