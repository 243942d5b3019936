// The Engine.IO connection below a client's sockets. Source: spec/socketio.md 3.4, `conn`.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace crema {

namespace library {
struct SocketState;
}

// One packet of Engine.IO, on its way in or out. A copy.
struct EnginePacket {
  std::string type;        // "open", "close", "ping", "pong", "message", "upgrade" or "noop".
  std::string data;        // Of a message: a packet of Socket.IO, or an attachment's bytes.
  bool is_binary = false;  // An attachment.
};

// A handle, as Socket. What happens on the connection is told on the socket's shard, in order, soon
// after: when the functions that run now have returned. A client that comes back does so on another
// connection, which has no listeners yet.
class Conn {
 public:
  explicit Conn(std::shared_ptr<library::SocketState> socket) : socket_(std::move(socket)) {}

  // Of the Engine.IO session: another than the socket's, and known to its client alone. It and the
  // next two in the socket's handlers only; elsewhere, and after it left, empty.
  [[nodiscard]] std::string id() const;
  // "polling" or "websocket".
  [[nodiscard]] std::string transport() const;
  // "open", "closing" or "closed".
  [[nodiscard]] std::string ready_state() const;
  // Of the peer, without its port.
  [[nodiscard]] const std::string& remote_address() const;
  // Of Engine.IO.
  [[nodiscard]] static constexpr int protocol() { return 4; }

  // Every packet that comes, heartbeats too, and every one that is queued for the client.
  void on_packet(std::function<void(const EnginePacket&)> fn) const;
  void on_packet_create(std::function<void(const EnginePacket&)> fn) const;
  // The client has answered a ping.
  void on_heartbeat(std::function<void()> fn) const;
  // All that was queued has been given to the kernel, or to a poll. Also the reference's `flush`.
  void on_drain(std::function<void()> fn) const;
  // A WebSocket tries to take over; it has taken over: `transport` is "websocket".
  void on_upgrading(std::function<void()> fn) const;
  void on_upgrade(std::function<void(const std::string& transport)> fn) const;
  // It is closed, with the reason that "disconnect" tells.
  void on_close(std::function<void(const std::string& reason)> fn) const;

 private:
  std::shared_ptr<library::SocketState> socket_;
};

}  // namespace crema
