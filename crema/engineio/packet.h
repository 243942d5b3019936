// One Engine.IO packet as it arrives. Source: spec/socketio.md 1.1.
#pragma once

#include "crema/engineio/errc.h"

#include <cstdint>
#include <string_view>

namespace crema::engineio {

enum class PacketType : char {
  kOpen = '0',
  kClose = '1',
  kPing = '2',
  kPong = '3',
  kMessage = '4',
  kUpgrade = '5',
  kNoop = '6',
};

struct PacketView {
  PacketType type;
  std::string_view data;  // Without the type digit.
};

// Decodes one text packet. Time does not depend on its size: the data is not inspected.
// Borrows `text`: the view is valid while the text is.
// Errors: Errc::kEmptyPacket, Errc::kBadPacketType. Source: spec/socketio.md 1.1.
[[nodiscard]] Result<PacketView> decode_packet(std::string_view text);

}  // namespace crema::engineio
