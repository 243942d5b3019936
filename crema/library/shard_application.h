// What the library does on one shard: runs middlewares and handlers.
#pragma once

#include "crema/library/core.h"
#include "crema/library/socket_state.h"
#include "crema/server/shard.h"
#include "crema/socketio/application.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace crema::library {

// An event that is being handled; borrowed for the call.
struct EventView {
  const std::string& name;
  std::span<const json::Slice> args;
  std::span<const std::string> attachments;
  std::optional<uint64_t> ack_id;
};

// Shard thread only.
class ShardApplication final : public socketio::Application {
 public:
  // Borrows both for life.
  ShardApplication(Core& core, server::Shard& shard);

  bool has_namespace(std::string_view nsp) override;
  void on_connect(const socketio::ConnectRequest& request) override;
  void on_connect_abandoned(socketio::ConnectTicket ticket) override;
  void on_connected(socketio::Socket& socket) override;
  void on_event(socketio::Socket& socket, const socketio::Event& event) override;
  void on_disconnecting(socketio::Socket& socket, std::string_view reason) override;
  void on_disconnected(socketio::Socket& socket, std::string_view reason) override;
  void on_moved(const std::shared_ptr<const socketio::SocketData>& data, unsigned shard) override;
  void on_bad_packet(socketio::Socket& socket) override;
  void on_joined(socketio::Socket& socket, std::string_view room) override;
  void on_left(socketio::Socket& socket, std::string_view room) override;
  void on_outgoing(socketio::Socket& socket, const socketio::OutMessage& message) override;

  // Tells the socket's handlers, with `more` as a second argument unless it is empty; an exception
  // of theirs becomes its `error`.
  static void tell(SocketState& socket, std::string_view event, std::string_view text,
                   std::string_view more = {});

  // Whose handler runs on this thread; nulls outside of any.
  struct Here {
    const Core* core = nullptr;
    server::Shard* shard = nullptr;
  };
  [[nodiscard]] static const Here& current();
  // While it lives, `current` is that shard.
  class Scope {
   public:
    Scope(const Core& core, server::Shard& shard);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    const Here before_;
  };

 private:
  // A CONNECT whose namespace is not there yet.
  struct Asked {
    std::string nsp;
    std::string socket_id;
    std::string auth;
    std::shared_ptr<const engineio::Handshake> handshake;
    std::vector<std::shared_ptr<NamespaceState>> parents;
    size_t next = 0;  // Of the parents.
  };
  [[nodiscard]] std::shared_ptr<const Handshake> make_handshake(const engineio::Handshake& from,
                                                                json::Slice auth) const;
  // One that is not accepted.
  static void turn_away(SocketState& socket);
  void ask_next_parent(socketio::ConnectTicket ticket, const std::shared_ptr<Asked>& asked);
  void begin(const socketio::ConnectRequest& request, const std::shared_ptr<NamespaceState>& nsp);
  void run_middlewares(socketio::ConnectTicket ticket, const std::shared_ptr<SocketState>& socket,
                       NamespaceState::Middlewares list, size_t index);
  void decided(socketio::ConnectTicket ticket, const std::shared_ptr<SocketState>& socket,
               const std::optional<Error>& error);
  static void tell_of_rooms(SocketState& state, socketio::Socket& socket);
  void run_event_middlewares(const std::shared_ptr<SocketState>& socket, const Event& event,
                             size_t index);

  Core& core_;
  server::Shard& shard_;
  std::unordered_map<socketio::ConnectTicket, std::shared_ptr<Asked>> asked_;
  std::unordered_map<socketio::ConnectTicket, std::shared_ptr<SocketState>> undecided_;
};

}  // namespace crema::library
