#pragma once

#include "crema/base/counter.h"

namespace crema::socketio {

inline const base::Gauge kNamespaces{"crema_namespaces", "",
                                     "Namespaces with at least one socket, per shard."};
inline const base::Gauge kSockets{"crema_sockets", "", "Connected Socket.IO sockets."};
inline const base::Gauge kRooms{"crema_rooms", "", "Rooms with at least one member, per shard."};

inline const base::Gauge kLostSessions{"crema_lost_sessions", "",
                                       "Sockets without a connection that may come back."};
inline const base::Gauge kRecoveryBytes{"crema_recovery_bytes", "",
                                        "Events kept for sessions that come back."};
inline const base::Counter kRecoveryEventsOfOne{
    "crema_recovery_events_dropped_total", R"(bound="namespace")",
    "Events that were not kept for as long as a lost session may come back."};
inline const base::Counter kRecoveryEventsOfAll{
    "crema_recovery_events_dropped_total", R"(bound="total")",
    "Events that were not kept for as long as a lost session may come back."};
inline const base::Counter kRecoveries{"crema_recoveries_total", R"(result="recovered")",
                                       "Sessions that tried to come back or could have."};
inline const base::Counter kRecoveriesUnknown{"crema_recoveries_total", R"(result="unknown")",
                                              "Sessions that tried to come back or could have."};
inline const base::Counter kRecoveriesTooOld{"crema_recoveries_total",
                                             R"(result="missed_too_much")",
                                             "Sessions that tried to come back or could have."};
inline const base::Counter kRecoveriesExpired{"crema_recoveries_total", R"(result="expired")",
                                              "Sessions that tried to come back or could have."};
inline const base::Counter kRecoveriesCrowded{"crema_recoveries_total", R"(result="crowded_out")",
                                              "Sessions that tried to come back or could have."};

inline const base::Counter kRecovered{"crema_recovered_total", R"(recovered="true")",
                                      "Clients that came back for a lost session."};
inline const base::Counter kNotRecovered{"crema_recovered_total", R"(recovered="false")",
                                         "Clients that came back for a lost session."};

inline const base::Counter kEventsIn{"crema_messages_total", R"(direction="in",type="event")",
                                     "Socket.IO packets handled."};
inline const base::Counter kConnectsIn{"crema_messages_total", R"(direction="in",type="connect")",
                                       "Socket.IO packets handled."};
inline const base::Counter kOtherIn{"crema_messages_total", R"(direction="in",type="other")",
                                    "Socket.IO packets handled."};
inline const base::Counter kEventsOut{"crema_messages_total", R"(direction="out",type="event")",
                                      "Socket.IO packets handled."};

inline const base::Counter kBadPackets{"crema_rejected_total", R"(reason="socketio_packet")",
                                       "Input that was refused, by reason."};
inline const base::Counter kOutOfTurn{"crema_rejected_total", R"(reason="packet_out_of_turn")",
                                      "Input that was refused, by reason."};
inline const base::Counter kTooManyNamespaces{"crema_rejected_total",
                                              R"(reason="namespaces_per_connection")",
                                              "Input that was refused, by reason."};
inline const base::Counter kRoomBound{"crema_rejected_total", R"(reason="room_bound")",
                                      "Input that was refused, by reason."};
inline const base::Counter kHeldBound{"crema_rejected_total", R"(reason="events_before_connect")",
                                      "Input that was refused, by reason."};
inline const base::Counter kAttachmentBound{"crema_rejected_total", R"(reason="attachment_bytes")",
                                            "Input that was refused, by reason."};
inline const base::Counter kPendingAckBound{"crema_acks_total", R"(result="refused")",
                                            "Events sent for an acknowledgement, by result."};
inline const base::Counter kAcksAnswered{"crema_acks_total", R"(result="answered")",
                                         "Events sent for an acknowledgement, by result."};
inline const base::Counter kAcksTimedOut{"crema_acks_total", R"(result="timeout")",
                                         "Events sent for an acknowledgement, by result."};
inline const base::Counter kAcksAbandoned{"crema_acks_total", R"(result="disconnected")",
                                          "Events sent for an acknowledgement, by result."};
inline const base::Counter kVolatileDropped{"crema_volatile_dropped_total", "",
                                            "Volatile events dropped: the client was not ready."};
inline const base::Counter kConnectTimeouts{"crema_rejected_total", R"(reason="connect_timeout")",
                                            "Input that was refused, by reason."};
inline const base::Counter kConnectErrors{"crema_connect_errors_total", "",
                                          "CONNECT packets answered with CONNECT_ERROR."};

inline const base::Counter kSlowClients{"crema_slow_client_disconnects_total", "",
                                        "Sessions ended because their client does not read."};
inline const base::Counter kSessionsClosed[] = {
    // In the order of engineio::CloseReason.
    {"crema_disconnects_total", R"(reason="transport close")", "Sessions ended, by reason."},
    {"crema_disconnects_total", R"(reason="transport error")", "Sessions ended, by reason."},
    {"crema_disconnects_total", R"(reason="ping timeout")", "Sessions ended, by reason."},
    {"crema_disconnects_total", R"(reason="parse error")", "Sessions ended, by reason."},
    {"crema_disconnects_total", R"(reason="forced close")", "Sessions ended, by reason."},
    {"crema_disconnects_total", R"(reason="server shutting down")", "Sessions ended, by reason."},
    {"crema_disconnects_total", R"(reason="slow client")", "Sessions ended, by reason."},
};

}  // namespace crema::socketio
