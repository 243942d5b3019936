#include "crema/socketio/socket.h"

#include "crema/socketio/connection.h"
#include "crema/socketio/counters.h"
#include "crema/socketio/hub.h"
#include "crema/socketio/hub_host.h"
#include "crema/socketio/namespace.h"
#include "crema/socketio/packet.h"
#include "crema/socketio/recovery.h"

#include <algorithm>

namespace crema::socketio {

Socket::Socket(std::string_view id, Namespace& nsp, Connection& connection,
               std::shared_ptr<const SocketData> data)
    : Socket(id, nsp, std::move(data)) {
  set_connection(&connection);
}

Socket::Socket(std::string_view id, Namespace& nsp, std::shared_ptr<const SocketData> data)
    : nsp_(nsp), data_(std::move(data)), id_(id) {}

Socket::~Socket() = default;

void Socket::set_connection(Connection* connection) {
  connection_ = connection;
  session_ = connection ? &connection->session() : nullptr;
}

void Socket::prefetch_session() const noexcept {
  if (session_) session_->prefetch();
}

void Socket::prefetch_host() const noexcept {
  if (session_) session_->prefetch_host();
}

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
  if (rooms_observed_) connection_->hub().application().on_joined(*this, room);
  return true;
}

void Socket::leave(std::string_view room) {
  const auto found =
      std::ranges::find_if(rooms_, [room](const Membership& m) { return m.room->name == room; });
  if (found == rooms_.end()) return;
  nsp_.remove_member(*this, static_cast<uint32_t>(found - rooms_.begin()));
  if (rooms_observed_ && connected()) connection_->hub().application().on_left(*this, room);
}

bool Socket::recovered() const noexcept { return resumable_ && resumable_->recovered; }

std::string Socket::connect_answer() const {
  return encode_connect(nsp_.name(), id_,
                        resumable_ ? std::string_view(resumable_->pid) : std::string_view());
}

bool Socket::note_sent(uint64_t offset, uint64_t position) {
  if (arrived_ && resumable_->has_had(offset)) return false;
  sent_offset_ = offset;
  sent_position_ = position;
  return true;
}

bool Socket::emit(std::string_view event, std::string_view args) {
  return emit(event, args, nullptr, Delivery::kQueued);
}

bool Socket::emit(std::string_view event, std::string_view args, Attachments attachments,
                  Delivery delivery, engineio::Compress compress) {
  if (!connected()) return false;
  const EventHead head{.attachments = count(attachments)};
  const OutMessage message = OutMessage::from(encode_event(nsp_.name(), event, args, head),
                                              std::move(attachments), compress);
  if (resumable_ && delivery == Delivery::kQueued) {
    const uint64_t offset = connection_->hub().next_offset();
    (void)note_sent(
        offset, nsp_.recovery()->keep(offset, message, {.nsp = {}, .rooms = {std::string(id_)}}));
    if (is_numbered()) return send(with_offset(message, offset));
  }
  return send(message, delivery);
}

bool Socket::emit_with_ack(std::string_view event, std::string_view args, Attachments attachments,
                           base::Duration timeout, AckHandler handler) {
  if (!connected()) return false;
  const uint64_t id = nsp_.next_ack_id();
  if (!expect_ack(id, timeout, std::move(handler))) return false;
  const EventHead head{.attachments = count(attachments), .ack_id = id};
  send(OutMessage::from(encode_event(nsp_.name(), event, args, head), std::move(attachments)));
  return true;
}

bool Socket::expect_ack(uint64_t id, base::Duration timeout, AckHandler handler) {
  if (!connected()) return false;
  if (!acks_) acks_ = std::make_unique<PendingAcks>(connection_->hub().host().wheel());
  if (acks_->size() >= connection_->config().pending_acks_max) {
    kPendingAckBound.add();
    return false;
  }
  acks_->add(id, connection_->hub().host().now() + timeout, std::move(handler));
  return true;
}

bool Socket::ack(uint64_t id, std::string_view args, Attachments attachments) {
  if (!connected()) return false;
  const std::string text = encode_ack(nsp_.name(), id, args, count(attachments));
  return connection_->send(OutMessage::from(text, std::move(attachments)));
}

bool Socket::send(const OutMessage& message, Delivery delivery) {
  if (!connected()) return false;
  if (delivery == Delivery::kVolatile && !session_->writable()) {
    kVolatileDropped.add();
    return false;
  }
  kEventsOut.add();
  if (observed_) connection_->hub().application().on_outgoing(*this, message);
  if (!connected()) return false;
  return message.attachments ? connection_->send(message) : session_->send(message.text);
}

bool Socket::takes_joined() const noexcept {
  return !observed_ && (!connected() || !session_->observer());
}

bool Socket::send_joined(const engineio::OutPacket& packets, size_t count) {
  if (!connected()) return false;
  kEventsOut.add(static_cast<int64_t>(count));
  return session_->send(packets);
}

void Socket::disconnect(Disconnect how) {
  if (connected()) connection_->disconnect(*this, how);
}

}  // namespace crema::socketio
