// Every bound of the Socket.IO layer. Source: spec/hostile-input.md, "Defaults and bounds".
#pragma once

#include "crema/base/clock.h"

#include <cstddef>
#include <cstdint>

namespace crema::socketio {

// What happens to a CONNECT for a namespace that the connection has joined or asked for already.
enum class RepeatedConnect : uint8_t {
  kClose,        // the connection is closed, as the reference does
  kAnswerAgain,  // the same id again; while the first is undecided, one answer serves both
};

struct Config {
  // A connection that has joined no namespace by then is closed. Source: spec/socketio.md 2.2.
  base::Duration connect_timeout = std::chrono::seconds(45);
  RepeatedConnect repeated_connect = RepeatedConnect::kClose;
  size_t namespaces_per_connection_max = 8;
  size_t pending_connects_max = 4;
  size_t rooms_per_socket_max = 1024;
  size_t room_name_bytes_max = 512;
  // Events that arrive while their CONNECT is undecided wait for it; beyond either bound the
  // connection is closed, as the reference does at the first.
  size_t held_events_max = 64;
  size_t held_bytes_max = 1 << 20;
  // All attachments of one packet together; more closes the connection. What the reference allows.
  size_t attachment_bytes_max = 10'000'000;
  // Events whose acknowledgement a socket owes us; one more is not sent.
  size_t pending_acks_max = 1024;
};

inline constexpr unsigned kAttachmentsMax = 10;
inline constexpr size_t kAckIdDigitsMax = 19;

}  // namespace crema::socketio
