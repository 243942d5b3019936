// Hands one encoded packet to the sockets of one namespace on this shard.
#pragma once

#include "crema/engineio/out_packet.h"
#include "crema/socketio/namespace.h"

#include <cstdint>
#include <span>
#include <string>

namespace crema::socketio {

class LocalAdapter {
 public:
  // `serial` differs from that of every earlier broadcast of the shard and is not 0.
  // Returns the number of receivers. Sending never closes a session, so the lists stand still.
  static size_t deliver(Namespace& nsp, std::span<const std::string> rooms,
                        const engineio::OutPacket& packet, uint32_t serial);
};

}  // namespace crema::socketio
