#include "crema/socketio/hub.h"

#include "crema/base/check.h"
#include "crema/engineio/session_id.h"
#include "crema/socketio/connection.h"
#include "crema/socketio/local_adapter.h"
#include "crema/socketio/packet.h"

namespace crema::socketio {

Hub::Hub(const Config& config, HubHost& host) : config_(config), host_(host) {}

Hub::~Hub() = default;

Namespace* Hub::find_namespace(std::string_view nsp) const {
  const auto found = namespaces_.find(nsp);
  return found == namespaces_.end() ? nullptr : found->second.get();
}

Socket* Hub::find(std::string_view nsp, std::string_view socket_id) const {
  const Namespace* found = find_namespace(nsp);
  return found ? found->find(socket_id) : nullptr;
}

ConnectTicket Hub::open_ticket(Connection& connection) {
  const ConnectTicket ticket{++last_ticket_};
  tickets_.emplace(ticket, &connection);
  return ticket;
}

Connection* Hub::take_ticket(ConnectTicket ticket) {
  const auto node = tickets_.extract(ticket);
  return node.empty() ? nullptr : node.mapped();
}

bool Hub::accept(ConnectTicket ticket, std::shared_ptr<const SocketData> data) {
  Connection* connection = take_ticket(ticket);
  if (connection) connection->accept(ticket, std::move(data));
  return connection != nullptr;
}

bool Hub::refuse(ConnectTicket ticket, std::string_view message) {
  Connection* connection = take_ticket(ticket);
  if (connection) connection->refuse(ticket, message);
  return connection != nullptr;
}

bool Hub::close(ConnectTicket ticket) {
  const auto found = tickets_.find(ticket);
  if (found == tickets_.end()) return false;
  found->second->session().close(engineio::CloseReason::kForcedClose);
  return true;
}

Namespace& Hub::open_namespace(std::string_view name) {
  if (Namespace* existing = find_namespace(name)) return *existing;
  auto created = std::make_unique<Namespace>(std::string(name), host_);
  Namespace& nsp = *created;
  namespaces_.emplace(nsp.name(), std::move(created));
  return nsp;
}

std::string Hub::make_socket_id() const { return engineio::make_session_id(host_.shard()); }

void Hub::bury(std::unique_ptr<Socket> socket) { buried_.push_back(std::move(socket)); }

void Hub::end_turn() {
  for (const auto& socket : std::exchange(buried_, {})) left_.insert(&socket->nsp());
  for (Namespace* nsp : std::exchange(left_, {})) {
    if (nsp->sockets().empty()) namespaces_.erase(namespaces_.find(nsp->name()));
  }
}

size_t Hub::deliver(const Broadcast& broadcast) {
  const auto send = [this](Namespace& nsp, const Broadcast& b, const engineio::OutPacket& packet) {
    if (++last_broadcast_ == 0) ++last_broadcast_;
    return LocalAdapter::deliver(nsp, b.rooms, packet, last_broadcast_);
  };
  if (!broadcast.nsp.empty()) {
    Namespace* nsp = find_namespace(broadcast.nsp);
    return nsp ? send(*nsp, broadcast, broadcast.packet) : 0;
  }
  size_t receivers = 0;
  for (const auto& [name, nsp] : namespaces_) {
    if (name == "/") continue;
    const auto packet = engineio::OutPacket::text(
        engineio::PacketType::kMessage, encode_event(name, broadcast.event, broadcast.args));
    receivers += send(*nsp, broadcast, packet);
  }
  return receivers;
}

}  // namespace crema::socketio
