// Whether a realtime process listens where the configuration says, and which one.
#pragma once

#include "crema/doctor/finding.h"
#include "crema/doctor/shared_config.h"
#include "crema/net/loop.h"

namespace crema::doctor {

// Where it should listen, for people and for nginx: "127.0.0.1:9000" or "unix:/path".
[[nodiscard]] std::string listening_at(const app::Config& config);

// At most 3 s: Node's process never answers paths that it does not know.
[[nodiscard]] net::Task<Finding> check_local(net::Loop& loop, SharedConfig shared);

}  // namespace crema::doctor
