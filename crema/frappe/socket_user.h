// What is known of a connected socket's user.
#pragma once

#include "crema/base/short_text.h"
#include "crema/engineio/handshake.h"
#include "crema/frappe/backend.h"
#include "crema/socketio/socket.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace crema::frappe {

// What a client said when it came.
struct Arrival {
  std::shared_ptr<const engineio::Handshake> handshake;
  std::string auth;  // The CONNECT's payload, normalised.
};

// Of every socket outside "/". Sockets that come with the same credential within
// Config::identity_ttl share one, with who is kept as known for that long (unless handlers are told
// how each came): a user is remembered once, in one piece of text.
class SocketUser final : public socketio::SocketData {
 public:
  SocketUser(const Credential& credential, const UserInfo& info);
  // The same user, and how this client came: Config::keep_for_handlers.
  SocketUser(const SocketUser& user, std::shared_ptr<const Arrival> arrival);

  // Credential::key.
  [[nodiscard]] std::string_view credential_key() const noexcept {
    return std::string_view(text_).substr(0, key_bytes_);
  }
  [[nodiscard]] Credential credential() const { return credential_of_key(credential_key()); }
  [[nodiscard]] std::string_view site() const { return site_of_key(credential_key()); }
  [[nodiscard]] std::string_view user() const noexcept {
    return std::string_view(text_).substr(key_bytes_, user_bytes_);
  }
  [[nodiscard]] std::string_view user_type() const noexcept {
    return std::string_view(text_).substr(size_t{key_bytes_} + user_bytes_);
  }
  [[nodiscard]] Dialect dialect() const noexcept { return dialect_; }
  // Both are null unless Config::keep_for_handlers.
  [[nodiscard]] const std::vector<std::string>* apps() const noexcept {
    return for_handlers_ ? for_handlers_->apps.get() : nullptr;
  }
  [[nodiscard]] const Arrival* arrival() const noexcept {
    return for_handlers_ ? for_handlers_->arrival.get() : nullptr;
  }

 private:
  struct ForHandlers {
    std::shared_ptr<const std::vector<std::string>> apps;
    std::shared_ptr<const Arrival> arrival;
  };

  base::ShortText text_;  // The credential's key, the user, the user's type.
  uint32_t key_bytes_;
  uint32_t user_bytes_;
  std::unique_ptr<const ForHandlers> for_handlers_;
  Dialect dialect_;
};

[[nodiscard]] inline const SocketUser& user_of(const socketio::Socket& socket) {
  return static_cast<const SocketUser&>(*socket.data());
}

}  // namespace crema::frappe
