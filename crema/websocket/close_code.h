// Close codes and close frames. Source: RFC 6455, section 7.4 and the IANA registry.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace crema::websocket {

enum class CloseCode : uint16_t {
  kNormal = 1000,
  kGoingAway = 1001,
  kProtocolError = 1002,
  kInvalidData = 1007,
  kPolicyViolation = 1008,
  kMessageTooBig = 1009,
  kInternalError = 1011,
  kServiceRestart = 1012,
  kTryAgainLater = 1013,
};

// Whether a peer may send that code: 1000 to 1003, 1007 to 1014, 3000 to 4999.
[[nodiscard]] bool valid_received_close_code(uint16_t code);

// A whole close frame of a server, without a reason; without a code it is two bytes.
[[nodiscard]] std::string close_frame(std::optional<uint16_t> code);

}  // namespace crema::websocket
