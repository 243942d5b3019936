// Where the web process is asked.
#pragma once

#include "crema/app/config.h"
#include "crema/net/dial.h"

#include <vector>

namespace crema::app {

// In their order: the next is asked where nobody is at the one before. In frappe_docker's
// containers the web process is the service `backend`, and nobody configures it.
// Source: frappe-realtime 10.4, 11.
[[nodiscard]] std::vector<net::Endpoint> upstreams(const Config& config);

}  // namespace crema::app
