// What apps' own event handlers hear of; whoever runs them implements it.
// Source: spec/frappe-realtime.md 8.
#pragma once

#include "crema/server/shard.h"
#include "crema/socketio/packet.h"
#include "crema/socketio/socket.h"

#include <string_view>

namespace crema::frappe {

// Called on the socket's shard, which is `shard`; arguments are borrowed for the call.
class CustomHandlers {
 public:
  virtual ~CustomHandlers() = default;

  // It has joined its rooms. Only a socket whose rooms are observed from here on
  // (Socket::observe_rooms) is heard of again.
  virtual void on_connected(server::Shard& shard, socketio::Socket& socket) = 0;
  // After Frappe's own handler of that event, if there is one.
  virtual void on_event(server::Shard& shard, socketio::Socket& socket,
                        const socketio::Event& event) = 0;
  virtual void on_joined(server::Shard& shard, socketio::Socket& socket, std::string_view room) = 0;
  virtual void on_left(server::Shard& shard, socketio::Socket& socket, std::string_view room) = 0;
  virtual void on_disconnected(server::Shard& shard, socketio::Socket& socket,
                               std::string_view reason) = 0;
};

}  // namespace crema::frappe
