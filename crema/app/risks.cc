#include "crema/app/risks.h"

#include <algorithm>

namespace crema::app {
namespace {

bool is_every_interface(const std::string& host) {
  return host == kEveryInterface || host == "0.0.0.0" || host == "::";
}

// What is in a container's own network is not everybody's.
bool is_open(const Config& config) {
  return config.socketio_uds.value.empty() &&
         !config.host.source.starts_with("default in a container") &&
         std::ranges::any_of(config.host.value, is_every_interface);
}

}  // namespace

std::vector<Risk> risks_of(const Config& config) {
  std::vector<Risk> risks;
  if (is_open(config)) {
    risks.push_back({"crema.host", config.host.source,
                     "whoever reaches the port may write Host, Origin and X-Frappe-Site-Name as "
                     "only nginx should"});
  }
  if (config.auth_upstream.value == AuthUpstream::kOrigin) {
    risks.push_back(
        {"crema.auth_upstream", config.auth_upstream.source,
         "credentials go to the address that a client's Origin names, if it is a site"});
  }
  if (config.recovery.value == Recovery::kAll) {
    risks.push_back({"crema.recovery", config.recovery.source,
                     "events carry their number to clients that may take it for an argument"});
  }
  if (config.developer_mode.value) {
    risks.push_back({"developer_mode", config.developer_mode.source,
                     "whoever is logged in may open files in the editor; not for production"});
  }
  if (config.log_level.value == log::Level::kOff) {
    risks.push_back({"crema.log_level", config.log_level.source, "nothing else will be logged"});
  }
  return risks;
}

}  // namespace crema::app
