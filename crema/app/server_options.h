// What the configuration says of the server's bounds.
#pragma once

#include "crema/app/config.h"
#include "crema/server/config.h"

namespace crema::app {

// Shards, bounds, deadlines and compression; everything else as it is by default.
[[nodiscard]] server::Config server_options(const Config& config);

// Of these what a running server can take over: bounds, deadlines and compression.
void set_limits(const Config& config, server::Config& server);

}  // namespace crema::app
