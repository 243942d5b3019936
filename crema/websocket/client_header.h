// Frame headers as a client writes them. Source: RFC 6455, section 5.2.
#pragma once

#include "crema/base/result.h"
#include "crema/websocket/errc.h"
#include "crema/websocket/frame_header.h"
#include "crema/websocket/mask.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace crema::websocket {

inline constexpr size_t kClientHeaderMax = 14;

struct ClientHeader {
  Opcode opcode = Opcode::kContinuation;
  bool fin = false;
  // Bytes of the header on the wire.
  uint8_t size = 0;
  MaskKey mask{};
  uint64_t payload = 0;
};

// Reads the header at the beginning of `bytes`; none while it is incomplete. Every byte is judged
// as soon as it is there. Errors: kReservedBits, kReservedOpcode, kFragmentedControl,
// kUnmaskedFrame, kControlTooLong, kBadLength.
[[nodiscard]] base::Result<std::optional<ClientHeader>, Errc> parse_client_header(
    std::string_view bytes);

}  // namespace crema::websocket
