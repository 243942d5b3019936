#include "crema/engineio/packet.h"

namespace crema::engineio {

Result<PacketView> decode_packet(std::string_view text) {
  if (text.empty()) return base::fail(Errc::kEmptyPacket);
  const char type = text.front();
  if (type < '0' || type > '6') return base::fail(Errc::kBadPacketType);
  return PacketView{static_cast<PacketType>(type), text.substr(1)};
}

}  // namespace crema::engineio
