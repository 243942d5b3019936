#include "crema/library/conn.h"

#include "crema/library/conn_observer.h"
#include "crema/library/shard_application.h"
#include "crema/library/socket_state.h"
#include "crema/socketio/connection.h"

#include <utility>

namespace crema {
namespace {

using Kind = library::ConnObserver::Kind;
using library::SocketState;

// Null elsewhere than in the socket's handlers, and once it has left.
engineio::Session* session_of(const SocketState& socket) {
  if (!socket.is_on_shard() || !socket.live) return nullptr;
  return &socket.live->connection()->session();
}

void listen(const std::shared_ptr<SocketState>& socket, Kind kind,
            library::ConnObserver::Listener listener) {
  socket->on_shard([kind, listener = std::move(listener)](SocketState& state) {
    engineio::Session* session = session_of(state);
    const std::shared_ptr<library::Core> core = state.nsp->core();
    if (!session || !core) return;
    server::Shard& shard = *library::ShardApplication::current().shard;
    library::ConnObserver::of(*session, *core, shard).listen(kind, listener);
  });
}

}  // namespace

std::string Conn::id() const {
  const engineio::Session* session = session_of(*socket_);
  return session ? std::string(session->id()) : std::string();
}

std::string Conn::transport() const {
  const engineio::Session* session = session_of(*socket_);
  if (!session) return {};
  const bool is_websocket = session->transport() == engineio::TransportKind::kWebSocket;
  return is_websocket ? "websocket" : "polling";
}

std::string Conn::ready_state() const {
  const engineio::Session* session = session_of(*socket_);
  if (!session) return {};
  switch (session->state()) {
    case engineio::Session::State::kOpen:
      return "open";
    case engineio::Session::State::kClosing:
      return "closing";
    case engineio::Session::State::kClosed:
      return "closed";
  }
  return {};
}

const std::string& Conn::remote_address() const { return socket_->handshake.load()->address; }

void Conn::on_packet(std::function<void(const EnginePacket&)> fn) const {
  listen(socket_, Kind::kPacket, std::move(fn));
}
void Conn::on_packet_create(std::function<void(const EnginePacket&)> fn) const {
  listen(socket_, Kind::kPacketCreate, std::move(fn));
}
void Conn::on_heartbeat(std::function<void()> fn) const {
  listen(socket_, Kind::kHeartbeat, [fn = std::move(fn)](const EnginePacket&) { fn(); });
}
void Conn::on_drain(std::function<void()> fn) const {
  listen(socket_, Kind::kDrain, [fn = std::move(fn)](const EnginePacket&) { fn(); });
}
void Conn::on_upgrading(std::function<void()> fn) const {
  listen(socket_, Kind::kUpgrading, [fn = std::move(fn)](const EnginePacket&) { fn(); });
}
void Conn::on_upgrade(std::function<void(const std::string&)> fn) const {
  listen(socket_, Kind::kUpgrade, [fn = std::move(fn)](const EnginePacket& p) { fn(p.data); });
}
void Conn::on_close(std::function<void(const std::string&)> fn) const {
  listen(socket_, Kind::kClose, [fn = std::move(fn)](const EnginePacket& p) { fn(p.data); });
}

}  // namespace crema
