// Every bound of the Socket.IO layer. Source: spec/hostile-input.md, "Defaults and bounds".
#pragma once

#include "crema/base/clock.h"
#include "crema/engineio/handshake.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

namespace crema::socketio {

// What happens to a CONNECT for a namespace that the connection has joined or asked for already.
enum class RepeatedConnect : uint8_t {
  kClose,        // the connection is closed, as the reference does
  kAnswerAgain,  // the same id again; while the first is undecided, one answer serves both
};

// Connection state recovery. Source: spec/socketio.md 2.5.
struct RecoveryConfig {
  // Whether the application is asked about a CONNECT that would recover a session.
  enum class Ask : uint8_t {
    kNobody,       // it is accepted as the session was: the reference's `skipMiddlewares`
    kApplication,  // as about any CONNECT; see Hub::recoverable
  };

  Ask ask = Ask::kNobody;
  // Whose events carry their number from the first one on; empty: everybody's. A client that knows
  // nothing of recovery takes the number for an argument, so the others get it once they have shown
  // a private id, which only a client does that knows. Until then their session comes back with its
  // rooms and what was published since its loss was noticed; what was on its way is not known, so
  // they get another private id, by which they see that something may be missing.
  std::function<bool(const engineio::Handshake&)> whose = {};
  // How long a lost session may come back.
  base::Duration window = std::chrono::minutes(2);
  // How long before the server noticed its loss it may have received nothing.
  base::Duration unnoticed_max = std::chrono::seconds(60);
  // Events kept, and sessions waiting, of one namespace on one shard. Beyond it the oldest go.
  size_t bytes_max = 16 << 20;
  size_t sessions_max = 10'000;
  // The same of all namespaces of one shard together: the oldest event of all goes; of the lost
  // sessions the oldest of the namespace that has one more.
  size_t total_bytes_max = 128 << 20;
  size_t total_sessions_max = 100'000;
  // Where numbers begin: above those of an earlier process, which clients may still hold.
  uint64_t first_offset = 0;
  // A session that missed more begins anew; less than engineio::Config::queued_bytes_max, or what
  // it missed would end it again.
  size_t missed_bytes_max = 768 << 10;
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
  // Off by default: every event then carries its number as a last argument, and is kept.
  std::optional<RecoveryConfig> recovery = std::nullopt;
};

inline constexpr unsigned kAttachmentsMax = 10;
inline constexpr size_t kAckIdDigitsMax = 19;

}  // namespace crema::socketio
