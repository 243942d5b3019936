// Every bound of the server, its value, what counts it and what happens there: for /info and for
// docs/operating/limits.md.
#pragma once

#include "crema/apphost/config.h"
#include "crema/base/clock.h"
#include "crema/frappe/config.h"
#include "crema/server/config.h"

#include <string>
#include <string_view>
#include <vector>

namespace crema::app {

struct Limit {
  // As the code calls it, of no other limit: "rooms_per_socket_max", "hostwire::kRoomsMax".
  std::string_view name;
  std::string value;         // With its unit, or "none".
  std::string_view key;      // Of the configuration, without "crema."; empty: fixed.
  std::string_view counter;  // A series of /metrics; empty: it only paces, nothing is refused.
  std::string_view outcome;
};

struct LimitGroup {
  std::string_view title;
  std::vector<Limit> limits;
};

// `drain`: how long a stop waits for what is queued.
[[nodiscard]] std::vector<LimitGroup> limits_of(const server::Config& server,
                                                const frappe::Config& frappe,
                                                const apphost::Config& hosts, base::Duration drain);
// Of a server that is told nothing.
[[nodiscard]] std::vector<LimitGroup> default_limits();

}  // namespace crema::app
