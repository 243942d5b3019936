// `crema disconnect`: a user's sockets on one site of the running Crema.
#pragma once

#include "crema/app/bench.h"
#include "crema/app/outcome.h"

#include <string>

namespace crema::app {

struct DisconnectOptions {
  BenchQuery bench;
  std::string site;  // Empty: chosen as for `crema publish`.
  std::string user;
};

// Blocks until the running Crema has answered.
[[nodiscard]] Outcome disconnect_command(const DisconnectOptions& options);

}  // namespace crema::app
