// Why a session ended, in the words that Socket.IO's `disconnect` event uses.
#pragma once

#include <cstdint>
#include <string_view>

namespace crema::engineio {

enum class CloseReason : uint8_t {
  kTransportClose,  // the peer closed its connection, or sent a close packet
  kTransportError,  // overlapping polls, bad heartbeat direction, broken frames, oversize
  kPingTimeout,     // no pong in time
  kParseError,      // an undecodable Engine.IO packet
  kForcedClose,     // closed by the layer above
  kServerShutdown,  // the process stops
  kSlowClient,      // more waits than Config::queued_bytes_max; ours, the reference has no bound
};
inline constexpr int kCloseReasons = 7;

// What more is known of it: the second argument of Socket.IO's `disconnect` event.
enum class CloseDetail : uint8_t {
  kNone,
  kHeartbeatDirection,  // a ping from the client
  kOverlap,             // two polls at a time
  kPollLost,            // the connection of a held GET was closed
  kMessageTooBig,       // a message of more than Config::max_payload_bytes
  kInvalidUtf8,         // a text message is not UTF-8
  kBadFrame,            // any other violation of the WebSocket protocol
};

// Empty for kNone.
[[nodiscard]] constexpr std::string_view to_text(CloseDetail detail) {
  switch (detail) {
    case CloseDetail::kNone:
      return "";
    case CloseDetail::kHeartbeatDirection:
      return "invalid heartbeat direction";
    case CloseDetail::kOverlap:
      return "overlap from client";
    case CloseDetail::kPollLost:
      return "poll connection closed prematurely";
    case CloseDetail::kMessageTooBig:
      return "max payload size exceeded";
    case CloseDetail::kInvalidUtf8:
      return "invalid UTF-8 sequence";
    case CloseDetail::kBadFrame:
      return "invalid WebSocket frame";
  }
  return "";
}

[[nodiscard]] constexpr std::string_view to_text(CloseReason reason) {
  switch (reason) {
    case CloseReason::kTransportClose:
      return "transport close";
    case CloseReason::kTransportError:
      return "transport error";
    case CloseReason::kPingTimeout:
      return "ping timeout";
    case CloseReason::kParseError:
      return "parse error";
    case CloseReason::kForcedClose:
      return "forced close";
    case CloseReason::kServerShutdown:
      return "server shutting down";
    case CloseReason::kSlowClient:
      return "slow client";
  }
  return "";
}

}  // namespace crema::engineio
