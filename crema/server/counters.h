#pragma once

#include "crema/base/counter.h"
#include "crema/base/histogram.h"

namespace crema::server {

inline const base::Histogram kBroadcastSeconds{"crema_broadcast_seconds", "",
                                               "From the turn in which an event came to a shard "
                                               "until it is queued for its last receiver there."};

inline const base::Gauge kPollingSessions{"crema_connections", R"(transport="polling")",
                                          "Engine.IO sessions by transport."};
inline const base::Gauge kWebSocketSessions{"crema_connections", R"(transport="websocket")",
                                            "Engine.IO sessions by transport."};
inline const base::Gauge kDescriptors{"crema_tcp_connections", "",
                                      "Accepted TCP and Unix connections that are open."};
inline const base::Counter kAccepted{"crema_tcp_connections_total", "",
                                     "TCP and Unix connections accepted."};
inline const base::Counter kSessionsOpened{"crema_connections_total", R"(result="opened")",
                                           "Engine.IO handshakes by result."};
inline const base::Counter kHandshakesRefused{"crema_connections_total", R"(result="refused")",
                                              "Engine.IO handshakes by result."};
inline const base::Counter kUpgraded{"crema_upgrades_total", R"(result="done")",
                                     "Upgrades from polling to WebSocket by result."};
inline const base::Counter kUpgradesDropped{"crema_upgrades_total", R"(result="dropped")",
                                            "Upgrades from polling to WebSocket by result."};
inline const base::Counter kBytesIn{"crema_message_bytes_total", R"(direction="in")",
                                    "Bytes read from and written to clients."};
inline const base::Counter kBytesOut{"crema_message_bytes_total", R"(direction="out")",
                                     "Bytes read from and written to clients."};
inline const base::Counter kSends{"crema_sends_total", "", "send(2) calls to clients."};
inline const base::Counter kMoved{"crema_connections_moved_total", "",
                                  "Connections handed to the shard of their session."};
inline const base::Counter kBadHttp{"crema_rejected_total", R"(reason="http")",
                                    "Input that was refused, by reason."};
inline const base::Counter kLargeHeads{"crema_rejected_total", R"(reason="head_too_large")",
                                       "Input that was refused, by reason."};
inline const base::Counter kSlowRequests{"crema_rejected_total", R"(reason="slow_request")",
                                         "Input that was refused, by reason."};
inline const base::Counter kTooLarge{"crema_rejected_total", R"(reason="body_too_large")",
                                     "Input that was refused, by reason."};
inline const base::Counter kEngineRefused{"crema_rejected_total", R"(reason="engineio_request")",
                                          "Input that was refused, by reason."};
inline const base::Counter kTooManyConnections{"crema_rejected_total", R"(reason="connections")",
                                               "Input that was refused, by reason."};
inline const base::Counter kTooManyOfAddress{"crema_rejected_total",
                                             R"(reason="connections_per_address")",
                                             "Input that was refused, by reason."};
inline const base::Counter kTooManyNewOfAddress{"crema_rejected_total",
                                                R"(reason="new_connections_per_address")",
                                                "Input that was refused, by reason."};
inline const base::Counter kMemoryReturns{
    "crema_memory_returns_total", "",
    "Times that memory was given back after clients left or messages were gone."};
inline const base::Counter kIdleClosed{"crema_idle_connections_closed_total", "",
                                       "Connections closed because no request came."};
inline const base::Counter kBadFrames{"crema_rejected_total", R"(reason="websocket_frame")",
                                      "Input that was refused, by reason."};
inline const base::Counter kMemoryPressure{"crema_rejected_total", R"(reason="memory_pressure")",
                                           "Input that was refused, by reason."};
inline const base::Counter kFloods{"crema_rejected_total", R"(reason="unread_answers")",
                                   "Input that was refused, by reason."};

}  // namespace crema::server
