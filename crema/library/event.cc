#include "crema/library/event.h"

#include "crema/library/event_data.h"
#include "crema/library/socket_state.h"

#include <utility>

namespace crema {

const std::string& Event::name() const { return data_->name; }
size_t Event::size() const { return data_->args.size(); }
Value Event::operator[](size_t index) const {
  return index < size() ? Value(data_->args[index], data_->attachments) : Value();
}
const std::vector<std::string>& Event::attachments() const { return data_->attachments; }
Ack Event::ack() const { return data_->ack; }

bool Ack::send(Encoder args) const {
  if (!state_ || state_->used.exchange(true) || !state_->socket->connected) return false;
  auto answer = [id = state_->id, args = std::move(args)](library::SocketState& socket) mutable {
    if (!socket.live) return;
    socket.live->ack(id, args.text(), socketio::make_attachments(args.attachments()));
  };
  return state_->socket->on_shard(std::move(answer));
}

}  // namespace crema
