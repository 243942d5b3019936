// What the Redis layer counts. Source: spec/operations.md, "Metrics".
#pragma once

#include "crema/base/counter.h"

namespace crema::redis {

inline const base::Gauge kConnected{"crema_redis_connected", "", "Subscriptions that are up."};
inline const base::Counter kReconnects{"crema_redis_reconnects_total", "",
                                       "Subscriptions that came back after a loss."};
inline const base::Counter kMessagesReceived{"crema_redis_received_total", "",
                                             "Messages that Redis sent to the subscription."};
inline const base::Counter kProtocolErrors{
    "crema_redis_protocol_errors_total", "",
    "Subscriptions given up because the server sent something that makes no sense."};

}  // namespace crema::redis
