#include "crema/socketio/connection.h"

#include "crema/base/check.h"
#include "crema/socketio/attachments.h"
#include "crema/socketio/counters.h"
#include "crema/socketio/hub.h"
#include "crema/socketio/hub_host.h"
#include "crema/socketio/namespace.h"
#include "crema/socketio/packet.h"

#include <algorithm>

namespace crema::socketio {

Connection::Connection(Hub& hub, engineio::Session& session,
                       std::shared_ptr<const engineio::Handshake> handshake)
    : hub_(hub), session_(session), handshake_(std::move(handshake)) {
  session_.set_listener(*this);
  hub_.host().wheel().arm(*this, hub_.host().now() + config().connect_timeout);
}

Connection::~Connection() { CREMA_ASSERT(sockets_.empty() && pending_.empty()); }

const Config& Connection::config() const noexcept { return hub_.config(); }

void Connection::on_session_message(std::string_view data, engineio::MessageKind kind) {
  if (kind == engineio::MessageKind::kBinary) {
    if (attachments_missing_ == 0) return close_for(kOutOfTurn);
    --attachments_missing_;
    return;
  }
  if (attachments_missing_ != 0) return close_for(kOutOfTurn);
  const auto packet = decode_packet(data);
  if (!packet) return close_for(kBadPackets);
  on_packet(*packet);
}

void Connection::on_packet(const PacketView& packet) {
  if (packet.type == PacketType::kConnect) return on_connect(packet);
  Socket* socket = find(packet.nsp);
  if (!socket || packet.type == PacketType::kConnectError) return close_for(kOutOfTurn);
  switch (packet.type) {
    case PacketType::kDisconnect:
      if (!packet.payload.empty()) return close_for(kBadPackets);
      kOtherIn.add();
      return remove_socket(*socket, "client namespace disconnect");
    case PacketType::kEvent:
      return on_event(packet);
    case PacketType::kBinaryEvent:
      if (!decode_event(packet.payload, hub_.scratch(), hub_.event()) ||
          !placeholders_fit(hub_.scratch(), packet.attachments)) {
        return close_for(kBadPackets);
      }
      break;
    default:  // An acknowledgement nobody asked for is ignored, if it is one.
      if (!check_ack(packet.payload, hub_.scratch())) return close_for(kBadPackets);
      break;
  }
  kOtherIn.add();
  attachments_missing_ = packet.attachments;
}

void Connection::on_connect(const PacketView& packet) {
  kConnectsIn.add();
  std::string& auth = hub_.scratch();
  if (!decode_auth(packet.payload, auth)) return close_for(kBadPackets);
  Socket* joined = find(packet.nsp);
  const bool undecided =
      std::ranges::any_of(pending_, [&](const Pending& p) { return p.nsp == packet.nsp; });
  if (joined || undecided) {
    if (config().repeated_connect == RepeatedConnect::kClose) return close_for(kOutOfTurn);
    if (joined) session_.send_message(encode_connect(packet.nsp, joined->id()));
    return;
  }
  if (sockets_.size() + pending_.size() >= config().namespaces_per_connection_max ||
      pending_.size() >= config().pending_connects_max) {
    return close_for(kTooManyNamespaces);
  }
  if (!hub_.application().has_namespace(packet.nsp)) {
    kConnectErrors.add();
    session_.send_message(encode_connect_error(packet.nsp, "Invalid namespace"));
    return;
  }
  const ConnectTicket ticket = hub_.open_ticket(*this);
  pending_.push_back({ticket, std::string(packet.nsp)});
  hub_.application().on_connect({ticket, packet.nsp, auth, handshake_});
}

Connection::Pending Connection::take_pending(ConnectTicket ticket) {
  const auto found =
      std::ranges::find_if(pending_, [ticket](const Pending& p) { return p.ticket == ticket; });
  CREMA_ASSERT(found != pending_.end());
  Pending taken = std::move(*found);
  pending_.erase(found);
  return taken;
}

void Connection::accept(ConnectTicket ticket, std::shared_ptr<const SocketData> data) {
  const Pending pending = take_pending(ticket);
  cancel();
  Namespace& nsp = hub_.open_namespace(pending.nsp);
  sockets_.push_back(std::make_unique<Socket>(hub_.make_socket_id(), nsp, *this, std::move(data)));
  Socket& socket = *sockets_.back();
  nsp.add(socket);
  session_.send_message(encode_connect(nsp.name(), socket.id()));
  hub_.application().on_connected(socket);
}

void Connection::refuse(ConnectTicket ticket, std::string_view message) {
  const Pending pending = take_pending(ticket);
  kConnectErrors.add();
  session_.send_message(encode_connect_error(pending.nsp, message));
}

void Connection::on_event(const PacketView& packet) {
  kEventsIn.add();
  if (packet.payload.empty()) return;  // As the reference: accepted and ignored.
  Event& event = hub_.event();
  const auto decoded = decode_event(packet.payload, hub_.scratch(), event);
  if (!decoded) return close_for(kBadPackets);
  event.ack_id = packet.ack_id;
  Socket* socket = find(packet.nsp);
  hub_.application().on_event(*socket, event);
}

void Connection::disconnect_socket(Socket& socket) {
  session_.send_message(encode_disconnect(socket.nsp().name()));
  remove_socket(socket, "server namespace disconnect");
}

void Connection::remove_socket(Socket& socket, std::string_view reason) {
  const auto found = std::ranges::find_if(
      sockets_, [&](const std::unique_ptr<Socket>& s) { return s.get() == &socket; });
  CREMA_ASSERT(found != sockets_.end());
  std::unique_ptr<Socket> gone = std::move(*found);
  sockets_.erase(found);
  Namespace& nsp = gone->nsp();
  nsp.remove(*gone);
  gone->connection_ = nullptr;
  hub_.application().on_disconnected(*gone, reason);
  hub_.bury(std::move(gone));
}

void Connection::on_session_closed(engineio::CloseReason reason) {
  cancel();
  kSessionsClosed[static_cast<size_t>(reason)].add();
  for (const Pending& pending : std::exchange(pending_, {})) {
    hub_.close_ticket(pending.ticket);
    hub_.application().on_connect_abandoned(pending.ticket);
  }
  while (!sockets_.empty()) remove_socket(*sockets_.front(), to_text(reason));
}

void Connection::on_expired(base::TimePoint) { close_for(kConnectTimeouts); }

void Connection::close_for(const base::Counter& reason) {
  reason.add();
  session_.close(engineio::CloseReason::kForcedClose);
}

Socket* Connection::find(std::string_view nsp) const {
  for (const auto& socket : sockets_) {
    if (socket->nsp().name() == nsp) return socket.get();
  }
  return nullptr;
}

}  // namespace crema::socketio
