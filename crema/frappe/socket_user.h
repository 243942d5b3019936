// What is known of a connected socket's user.
#pragma once

#include "crema/engineio/handshake.h"
#include "crema/frappe/backend.h"
#include "crema/socketio/socket.h"

#include <memory>
#include <string>
#include <utility>

namespace crema::frappe {

// What a client said when it came.
struct Arrival {
  std::shared_ptr<const engineio::Handshake> handshake;
  std::string auth;  // The CONNECT's payload, normalised.
};

// Of every socket outside "/".
struct SocketUser final : socketio::SocketData {
  SocketUser(const Credential& c, UserInfo i, std::shared_ptr<const Arrival> a = {})
      : credential(c), info(std::move(i)), arrival(std::move(a)) {}
  const PackedCredential credential;
  const UserInfo info;
  const std::shared_ptr<const Arrival> arrival;  // Null unless Config::keep_for_handlers.
};

[[nodiscard]] inline const SocketUser& user_of(const socketio::Socket& socket) {
  return static_cast<const SocketUser&>(*socket.data());
}

}  // namespace crema::frappe
