#include "crema/socketio/local_adapter.h"

#include "crema/socketio/socket.h"

namespace crema::socketio {

size_t LocalAdapter::deliver(Namespace& nsp, std::span<const std::string> rooms,
                             const engineio::OutPacket& packet, uint32_t serial) {
  size_t receivers = 0;
  if (rooms.empty()) {
    for (Socket* socket : nsp.sockets()) receivers += socket->send(packet);
    return receivers;
  }
  for (const std::string& name : rooms) {
    const auto send_once = [&](Socket& socket) {
      if (socket.seen_ == serial) return;
      socket.seen_ = serial;
      receivers += socket.send(packet);
    };
    if (const Room* room = nsp.find_room(name)) {
      for (const Room::Member& member : room->members) send_once(*member.socket);
    }
    if (Socket* socket = nsp.find(name)) send_once(*socket);
  }
  return receivers;
}

}  // namespace crema::socketio
