// One client in one namespace, on the shard where it lives.
#pragma once

#include "crema/engineio/out_packet.h"
#include "crema/socketio/room.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace crema::socketio {

class Connection;
class Namespace;

// What the application keeps with a socket. Shared, so that many sockets of one user cost one.
struct SocketData {
  virtual ~SocketData() = default;
};

// Shard thread only. Whoever waits keeps (namespace, id) and asks Hub::find again afterwards.
class Socket {
 public:
  Socket(std::string id, Namespace& nsp, Connection& connection,
         std::shared_ptr<const SocketData> data);
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket();

  [[nodiscard]] const std::string& id() const noexcept { return id_; }
  [[nodiscard]] Namespace& nsp() const noexcept { return nsp_; }
  [[nodiscard]] const SocketData* data() const noexcept { return data_.get(); }
  [[nodiscard]] bool connected() const noexcept { return connection_ != nullptr; }
  [[nodiscard]] bool in(std::string_view room) const;
  [[nodiscard]] const std::vector<Membership>& rooms() const noexcept { return rooms_; }

  // Idempotent. False after disconnection, or beyond Config's bounds on rooms (counted).
  bool join(std::string_view room);
  void leave(std::string_view room);
  // `args` is normalised JSON, joined by commas. False after disconnection.
  bool emit(std::string_view event, std::string_view args);
  // An event encoded for this socket's namespace.
  bool send(const engineio::OutPacket& packet);
  // Tells the client, which will not come back by itself, and removes the socket.
  void disconnect();

 private:
  friend class Connection;
  friend class LocalAdapter;
  friend class Namespace;

  const std::string id_;
  Namespace& nsp_;
  Connection* connection_;  // Null once disconnected.
  std::shared_ptr<const SocketData> data_;
  std::vector<Membership> rooms_;
  uint32_t index_ = 0;  // In the namespace's list.
  uint32_t seen_ = 0;   // The last broadcast to several rooms that reached it.
};

}  // namespace crema::socketio
