// Frappe's realtime process on one shard: who may connect, which rooms they are in, which events
// they may send. Source: spec/frappe-realtime.md 3 and 4.
#pragma once

#include "crema/frappe/admission.h"
#include "crema/frappe/room_review.h"
#include "crema/frappe/services.h"
#include "crema/frappe/socket_user.h"
#include "crema/frappe/subscriptions.h"
#include "crema/server/shard.h"
#include "crema/socketio/application.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

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
  // A CONNECT that is being decided.
  struct Candidate {
    socketio::ConnectTicket ticket;
    Credential credential;
    std::string pid;                         // Of the session that it was before; empty: of none.
    std::shared_ptr<const Arrival> arrival;  // Null unless Config::keep_for_handlers.
  };
  // What it gets when it is let in.
  struct Welcome {
    std::shared_ptr<const SocketUser> user;
    std::vector<std::string> saved_rooms;  // By the process before this one.
  };

  [[nodiscard]] base::Result<Credential, Refusal> admit_to_site(
      const socketio::ConnectRequest& request);
  void ask_who(Candidate candidate);
  void identified(const Candidate& candidate, const Identified& answer,
                  std::vector<std::string> saved_rooms);
  void welcome(const Candidate& candidate, Welcome welcome);
  // The lost session of the same user that it comes back to; null: none.
  [[nodiscard]] socketio::Socket* lost_session(const Candidate& candidate, const SocketUser& user);
  [[nodiscard]] std::vector<std::string> rooms_left_behind(const Candidate& candidate,
                                                           const SocketUser& user) const;
  void review(const Candidate& candidate, const Welcome& welcome, std::vector<Subscription> rooms);
  void reviewed(const Candidate& candidate, const Welcome& welcome, const ReviewedRooms& rooms);
  // Null: the client has left.
  socketio::Socket* accept(const Candidate& candidate, std::shared_ptr<const SocketUser> user);
  void rejoined(socketio::Socket& socket);
  void give_back(socketio::Socket& socket, const std::string& room);

  server::Shard& shard_;
  const Services& services_;
  Subscriptions subscriptions_;
  socketio::Socket* accepted_ = nullptr;  // By the accept that is under way.
};

}  // namespace crema::frappe
