// Frappe's realtime process on one shard: who may connect, which rooms they are in, which events
// they may send. Source: spec/frappe-realtime.md 3 and 4.
#pragma once

#include "crema/frappe/admission.h"
#include "crema/frappe/services.h"
#include "crema/frappe/socket_user.h"
#include "crema/frappe/subscriptions.h"
#include "crema/server/shard.h"
#include "crema/socketio/application.h"

#include <string>
#include <string_view>

namespace crema::frappe {

// Shard thread only.
class Realtime final : public socketio::Application {
 public:
  // Borrows both for life.
  Realtime(server::Shard& shard, const Services& services);

  // For the handlers of client events.
  [[nodiscard]] Subscriptions& subscriptions() noexcept { return subscriptions_; }
  // Tells the other viewers; the socket has left the room.
  void doc_closed(socketio::Socket& socket, DocumentName document);
  [[nodiscard]] bool in_developer_mode() const { return bool(services_.open_in_editor); }
  // In developer mode only.
  void open_in_editor(std::string location);

  bool has_namespace(std::string_view nsp) override;
  void on_connect(const socketio::ConnectRequest& request) override;
  void on_connect_abandoned(socketio::ConnectTicket) override {}
  void on_connected(socketio::Socket& socket) override;
  void on_event(socketio::Socket& socket, const socketio::Event& event) override;
  void on_joined(socketio::Socket& socket, std::string_view room) override;
  void on_left(socketio::Socket& socket, std::string_view room) override;
  void on_disconnected(socketio::Socket& socket, std::string_view reason) override;

 private:
  [[nodiscard]] base::Result<Credential, Refusal> admit_to_site(
      const socketio::ConnectRequest& request);
  void identified(socketio::ConnectTicket ticket, const Credential& credential,
                  const IdentityAnswer& answer, std::shared_ptr<const Arrival> arrival);

  server::Shard& shard_;
  const Services& services_;
  Subscriptions subscriptions_;
};

}  // namespace crema::frappe
