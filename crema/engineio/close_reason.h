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
