// Whether this process runs in a container: nobody outside reaches its loopback addresses.
#pragma once

#include "crema/app/bench.h"

#include <functional>
#include <string>

namespace crema::app {

// What says so: a file that Docker or Podman makes, or Kubernetes' variable; empty: nothing does.
[[nodiscard]] std::string container_sign(
    const Environment& environment, const std::function<bool(const std::string& path)>& exists);

// The same of the machine as it is.
[[nodiscard]] std::string container_sign();

}  // namespace crema::app
