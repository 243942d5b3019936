#include "crema/socketio/broadcast.h"

#include "crema/socketio/packet.h"

namespace crema::socketio {

Broadcast make_broadcast(std::string nsp, std::vector<std::string> rooms, std::string_view event,
                         std::string_view args) {
  Broadcast broadcast;
  broadcast.packet =
      engineio::OutPacket::text(engineio::PacketType::kMessage, encode_event(nsp, event, args));
  broadcast.nsp = std::move(nsp);
  broadcast.rooms = std::move(rooms);
  return broadcast;
}

Broadcast make_broadcast_everywhere(std::string event, std::string args) {
  Broadcast broadcast;
  broadcast.event = std::move(event);
  broadcast.args = std::move(args);
  return broadcast;
}

}  // namespace crema::socketio
