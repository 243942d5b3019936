// Whether Redis is what the realtime process needs.
#pragma once

#include "crema/doctor/finding.h"
#include "crema/doctor/shared_config.h"
#include "crema/net/loop.h"

namespace crema::doctor {

// redis_queue: reachable, a message comes around, somebody is subscribed to the events; and
// whether redis_cache or the old redis_socketio is taken for it. At most 5 s a server.
[[nodiscard]] net::Task<Findings> check_redis(net::Loop& loop, SharedConfig shared);

}  // namespace crema::doctor
