#include "crema/socketio/socket.h"

#include "crema/socketio/connection.h"
#include "crema/socketio/counters.h"
#include "crema/socketio/namespace.h"
#include "crema/socketio/packet.h"

#include <algorithm>

namespace crema::socketio {

Socket::Socket(std::string id, Namespace& nsp, Connection& connection,
               std::shared_ptr<const SocketData> data)
    : id_(std::move(id)), nsp_(nsp), connection_(&connection), data_(std::move(data)) {
  kSockets.add();
}

Socket::~Socket() { kSockets.sub(); }

bool Socket::in(std::string_view room) const {
  return std::ranges::any_of(rooms_, [room](const Membership& m) { return m.room->name == room; });
}

bool Socket::join(std::string_view room) {
  if (!connected()) return false;
  if (in(room)) return true;
  const Config& config = connection_->config();
  if (rooms_.size() >= config.rooms_per_socket_max || room.size() > config.room_name_bytes_max) {
    kRoomBound.add();
    return false;
  }
  nsp_.add_member(*this, room);
  return true;
}

void Socket::leave(std::string_view room) {
  const auto found =
      std::ranges::find_if(rooms_, [room](const Membership& m) { return m.room->name == room; });
  if (found != rooms_.end())
    nsp_.remove_member(*this, static_cast<uint32_t>(found - rooms_.begin()));
}

bool Socket::emit(std::string_view event, std::string_view args) {
  return send(engineio::OutPacket::text(engineio::PacketType::kMessage,
                                        encode_event(nsp_.name(), event, args)));
}

bool Socket::send(const engineio::OutPacket& packet) {
  if (!connected()) return false;
  kEventsOut.add();
  return connection_->session().send(packet);
}

void Socket::disconnect() {
  if (connected()) connection_->disconnect_socket(*this);
}

}  // namespace crema::socketio
