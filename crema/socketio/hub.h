// The Socket.IO state of one shard: its namespaces, and the CONNECTs that are being decided.
#pragma once

#include "crema/socketio/adapter.h"
#include "crema/socketio/application.h"
#include "crema/socketio/broadcast.h"
#include "crema/socketio/burst.h"
#include "crema/socketio/config.h"
#include "crema/socketio/event_log.h"
#include "crema/socketio/handover.h"
#include "crema/socketio/hub_host.h"
#include "crema/socketio/namespace.h"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace crema::socketio {

class Connection;

// Shard thread only.
class Hub {
 public:
  // Borrows both for life. The application is set before the first session opens.
  Hub(const Config& config, HubHost& host);
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;
  ~Hub();

  void set_application(Application& application) { application_ = &application; }

  [[nodiscard]] const Config& config() const noexcept { return *config_; }
  // Other bounds and deadlines from now on; recovery stays on, or off. Borrows it for life.
  void set_limits(const Config& config);
  [[nodiscard]] HubHost& host() noexcept { return host_; }
  [[nodiscard]] Application& application() noexcept { return *application_; }

  // The socket, if it is still connected. Valid for this turn.
  [[nodiscard]] Socket* find(std::string_view nsp, std::string_view socket_id) const;
  [[nodiscard]] Namespace* find_namespace(std::string_view nsp) const;
  [[nodiscard]] const auto& namespaces() const noexcept { return namespaces_; }

  // The three answers to Application::on_connect. Dropped when the client has left.
  // False: it has left. `data` replaces that of a session that is recovered, unless it is null.
  bool accept(ConnectTicket ticket, std::shared_ptr<const SocketData> data);
  // `message` becomes CONNECT_ERROR's `message`; the official client does not come back by itself.
  // `data` is normalised JSON for its `data`, or empty.
  bool refuse(ConnectTicket ticket, std::string_view message, json::Slice data = {});
  // Closes the Engine.IO session without an answer: the official client comes back by itself.
  bool close(ConnectTicket ticket);

  // Hands a broadcast to its receivers on this shard. Returns their number.
  size_t deliver(const Broadcast& broadcast);
  size_t deliver(const Burst& burst);
  // With recovery on: numbers an event that is to be kept, before any shard delivers it.
  void number(Broadcast& broadcast);
  // What an Adapter does with the sockets of this shard.
  void join(const Selection& selection, std::span<const std::string> rooms);
  void leave(const Selection& selection, std::span<const std::string> rooms);
  void disconnect(const Selection& selection, Disconnect how);
  [[nodiscard]] std::vector<SocketInfo> fetch(const Selection& selection);
  // For a broadcast of a namespace that may have no socket here.
  [[nodiscard]] uint64_t next_ack_id(std::string_view nsp);
  // For an event that is to be kept. Not 0.
  [[nodiscard]] uint64_t next_offset();
  [[nodiscard]] uint64_t last_offset() const noexcept;

  // The lost session that accepting this CONNECT brings back, with its data and its rooms, which
  // may be left before; null: it begins a new one. Valid for this turn.
  // Source: spec/socketio.md 2.5.
  [[nodiscard]] Socket* recoverable(ConnectTicket ticket) const;
  // Within Application::on_connected of a session that came back without being asked about: the
  // payload of its CONNECT. Empty otherwise.
  [[nodiscard]] json::Slice recovered_auth() const noexcept { return recovered_auth_; }
  // The session that this CONNECT names, whether it can be recovered or has missed too much: then
  // accepting begins a new one, which may be given its rooms. Null: none. Valid for this turn.
  [[nodiscard]] Socket* left_behind(ConnectTicket ticket) const;
  // Accepting this CONNECT begins a new session, whatever was lost; that waits on.
  void begin_anew(ConnectTicket ticket);
  // Of the socket, if this CONNECT is accepted as a new one; empty once it is decided.
  [[nodiscard]] std::string socket_id(ConnectTicket ticket) const;
  // Lost sessions are forgotten.
  void forget_lost();
  // Of all namespaces.
  [[nodiscard]] size_t lost_sessions() const noexcept { return lost_sessions_; }
  // Of each shard the last offset of its events that was delivered here; 0: none.
  [[nodiscard]] const std::vector<uint64_t>& delivered() const noexcept { return delivered_; }

  // At the end of a turn: sockets that left during it, and namespaces that became empty, go.
  void end_turn();
  // Between turns: cuts its tables to what they hold.
  void shrink();

  // --- for Handover ---
  [[nodiscard]] Handover& handover() noexcept { return handover_; }
  // The namespace may be empty now.
  void look_at(std::string_view nsp);
  [[nodiscard]] bool waits(ConnectTicket ticket) const { return tickets_.contains(ticket); }
  // The session that this CONNECT waited for is here, or is not to be had.
  void on_arrival(ConnectTicket ticket);

  // --- for Recovery ---
  [[nodiscard]] EventLogPool& event_logs() noexcept { return event_logs_; }
  void note_lost(int more) { lost_sessions_ += static_cast<size_t>(more); }

  // --- for Connection ---
  [[nodiscard]] ConnectTicket open_ticket(Connection& connection);
  void close_ticket(ConnectTicket ticket) { tickets_.erase(ticket); }
  [[nodiscard]] Namespace& open_namespace(std::string_view name);
  [[nodiscard]] std::string make_socket_id() const;
  void bury(std::unique_ptr<Socket> socket);
  void set_recovered_auth(json::Slice auth) noexcept { recovered_auth_ = auth; }
  // Reused by every packet of the shard; nobody keeps a view of them across packets.
  [[nodiscard]] std::string& scratch() noexcept { return scratch_; }
  [[nodiscard]] Event& event() noexcept { return event_; }

 private:
  // Calls fn for every socket selected; it may disconnect any of them.
  template <class F>
  void for_each_selected(Namespace& nsp, const Selection& selection, const F& fn);
  template <class F>
  static void for_each_prefetched(std::span<Socket* const> sockets, const F& fn);
  struct Encoded {
    OutMessage plain;
    uint64_t offset = 0;
    uint64_t position = 0;        // In the log; 0: it is not kept.
    OutMessage with_number = {};  // Empty until somebody needs it.

    // For sockets that understand numbers.
    [[nodiscard]] const OutMessage& numbered();
  };
  size_t deliver_to_all(const Broadcast& broadcast);
  size_t deliver_to(Namespace& nsp, const Broadcast& broadcast, OutMessage message);
  [[nodiscard]] static Encoded keep(Namespace& nsp, const Broadcast& broadcast, OutMessage message);
  // False: it got nothing, and is not to answer.
  static bool hand_to(Socket& socket, const Broadcast& broadcast, Encoded& encoded);
  [[nodiscard]] Connection* take_ticket(ConnectTicket ticket);
  void note_delivered(uint64_t offset);

  // Fixed at construction.
  HubHost& host_;
  Application* application_ = nullptr;

  // Owned by the shard thread.
  const Config* config_;
  EventLogPool event_logs_;
  size_t lost_sessions_ = 0;
  std::unordered_map<std::string_view, std::unique_ptr<Namespace>> namespaces_;  // Keys: names.
  std::unordered_map<ConnectTicket, Connection*> tickets_;
  uint64_t last_ticket_ = 0;
  uint32_t last_selection_ = 0;
  uint64_t last_offset_ = 0;
  uint64_t first_ack_id_ = 0;        // Of namespaces that open from now on.
  std::vector<uint64_t> delivered_;  // By shard; empty while recovery is off.
  Handover handover_{*this};
  std::vector<Socket*> selected_;
  std::vector<std::unique_ptr<Socket>> buried_;
  std::unordered_set<Namespace*> left_;  // That may be empty; none between turns.
  std::string scratch_;
  Event event_;
  json::Slice recovered_auth_;  // Borrowed; empty between calls.
};

}  // namespace crema::socketio
