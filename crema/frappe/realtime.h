// Frappe's realtime process on one shard: who may connect, which rooms they are in, which events
// they may send. Source: spec/frappe-realtime.md 3 and 4.
#pragma once

#include "crema/frappe/services.h"
#include "crema/server/shard.h"
#include "crema/socketio/application.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace crema::frappe {

// What is known of a connected socket's user.
struct SocketUser final : socketio::SocketData {
  SocketUser(Credential c, UserInfo i) : credential(std::move(c)), info(std::move(i)) {}
  const Credential credential;
  const UserInfo info;
};

// Shard thread only.
class Realtime final : public socketio::Application {
 public:
  // Borrows both for life.
  Realtime(server::Shard& shard, const Services& services);

  // Joins the socket to `room` once its user may read what is asked about. `unsubscribe`, or the
  // socket's end, cancels a check that is not decided yet.
  void subscribe(socketio::Socket& socket, std::string doctype, std::string name, std::string room);
  void unsubscribe(socketio::Socket& socket, const std::string& room);

  bool has_namespace(std::string_view nsp) override;
  void on_connect(const socketio::ConnectRequest& request) override;
  void on_connect_abandoned(socketio::ConnectTicket) override {}
  void on_connected(socketio::Socket& socket) override;
  void on_event(socketio::Socket& socket, const socketio::Event& event) override;
  void on_disconnected(socketio::Socket& socket, std::string_view reason) override;

 private:
  // Socket id and room.
  using CheckKey = std::pair<std::string, std::string>;
  enum class Check : uint8_t { kWanted, kCancelled };

  void identified(socketio::ConnectTicket ticket, const Credential& credential,
                  const IdentityAnswer& answer);
  [[nodiscard]] size_t undecided(const std::string& socket_id) const;
  void ask(const std::string& nsp, const CheckKey& key, PermissionQuestion question);
  void checked(const std::string& nsp, const CheckKey& key, const PermissionAnswer& answer);

  server::Shard& shard_;
  const Services& services_;
  // Checks that are not decided: ordered, so that those of one socket stand together. A cancelled
  // one stays until its answer comes, so that nobody has more questions open than there are here.
  std::map<CheckKey, Check> checks_;
};

}  // namespace crema::frappe
