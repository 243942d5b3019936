#include "crema/app/upstreams.h"

#include "crema/app/container.h"

namespace crema::app {

std::vector<net::Endpoint> upstreams(const Config& config) {
  constexpr uint16_t kBackendPort = 8000;
  std::vector<net::Endpoint> endpoints(1);
  endpoints.front().host = config.upstream.value.host;
  endpoints.front().port = config.upstream.value.port;
  const bool is_named = !config.web_url.value.empty() || !config.webserver_host.value.empty();
  if (is_named || container_sign().empty()) return endpoints;
  net::Endpoint& backend = endpoints.emplace_back();
  backend.host = "backend";
  backend.port = kBackendPort;
  return endpoints;
}

}  // namespace crema::app
