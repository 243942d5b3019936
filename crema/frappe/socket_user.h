// What is known of a connected socket's user.
#pragma once

#include "crema/frappe/backend.h"
#include "crema/socketio/socket.h"

#include <utility>

namespace crema::frappe {

// Of every socket outside "/".
struct SocketUser final : socketio::SocketData {
  SocketUser(Credential c, UserInfo i) : credential(std::move(c)), info(std::move(i)) {}
  const Credential credential;
  const UserInfo info;
};

[[nodiscard]] inline const SocketUser& user_of(const socketio::Socket& socket) {
  return static_cast<const SocketUser&>(*socket.data());
}

}  // namespace crema::frappe
