// `crema publish`: to a bench's Redis as Frappe would, else to the running demo.
#pragma once

#include "crema/app/bench.h"
#include "crema/app/config.h"
#include "crema/app/outcome.h"
#include "crema/base/result.h"

#include <string>
#include <vector>

namespace crema::app {

struct PublishOptions {
  BenchQuery bench;
  std::string site;          // Empty: chosen as choose_site does.
  std::string room;          // Never empty: publish/room_names.h.
  std::string task_id = {};  // Of a task's room: what the message is to carry.
  std::string event;
  std::string message;  // JSON text.
};

// The site of the demo.
inline constexpr std::string_view kDemoSite = "demo.localhost";

// Blocks until Redis or the demo has answered. Warns on stderr when nobody listens.
[[nodiscard]] Outcome publish_command(const PublishOptions& options);

// `flag`, else default_site (FRAPPE_SITE included), sites/currentsite.txt, the only site.
// Errors: a problem that lists the sites when none of them says, or it names one that is not there.
[[nodiscard]] base::Result<std::string, Problem> choose_site(const std::string& flag,
                                                             const Config& config);

}  // namespace crema::app
