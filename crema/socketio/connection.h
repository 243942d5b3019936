// One Engine.IO session seen from Socket.IO: its namespaces, sockets and pending CONNECTs.
#pragma once

#include "crema/base/counter.h"
#include "crema/base/timing_wheel.h"
#include "crema/engineio/handshake.h"
#include "crema/engineio/session.h"
#include "crema/socketio/application.h"
#include "crema/socketio/config.h"
#include "crema/socketio/held_event.h"
#include "crema/socketio/recovery.h"
#include "crema/socketio/socket.h"

#include <boost/container/small_vector.hpp>

#include <forward_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace crema::socketio {

class Hub;
struct PacketView;

//   no namespace ──CONNECT──► undecided ──accept──► socket ──DISCONNECT──► no namespace
//        │ 45 s                   └─refuse─► CONNECT_ERROR            (the session stays open)
//        ▼
//   session closed, as for anything out of turn. Source: spec/socketio.md 2.2.
//
// Events for a namespace whose CONNECT is undecided wait for it, within bounds.
// Shard thread only; destroyed with its session.
class Connection final : public engineio::SessionListener, private base::WheelEntry {
 public:
  // Borrows `hub` and `session` for life; becomes the session's listener.
  Connection(Hub& hub, engineio::Session& session,
             std::shared_ptr<const engineio::Handshake> handshake);
  ~Connection();

  [[nodiscard]] Hub& hub() const noexcept { return hub_; }
  [[nodiscard]] engineio::Session& session() const noexcept { return session_; }
  [[nodiscard]] const Config& config() const noexcept;
  [[nodiscard]] const engineio::Handshake& handshake() const noexcept { return *handshake_; }

  // Called by Hub when a CONNECT is decided.
  void accept(ConnectTicket ticket, std::shared_ptr<const SocketData> data);
  void refuse(ConnectTicket ticket, std::string_view message, json::Slice data);
  [[nodiscard]] Socket* recoverable(ConnectTicket ticket) const;
  [[nodiscard]] Socket* left_behind(ConnectTicket ticket) const;
  void begin_anew(ConnectTicket ticket);
  [[nodiscard]] std::string socket_id(ConnectTicket ticket) const;
  // See Hub::on_arrival.
  void on_arrival(ConnectTicket ticket);
  // Called by Socket.
  bool send(const OutMessage& message);
  void disconnect(Socket& socket, Disconnect how);

  void on_session_message(std::string_view data, engineio::MessageKind kind) override;
  void on_session_closed(engineio::CloseReason reason) override;

 private:
  struct Pending {
    ConnectTicket ticket;
    std::string nsp;
    std::string socket_id;
    // What it would come back with; `pid` is empty when it does not try.
    std::string pid;
    std::string offset;
    bool has_shown_pid = false;  // A client that does knows of recovery.
    std::vector<std::unique_ptr<HeldEvent>> held;
    // Its payload, while its session is brought from another shard: the application is asked then.
    std::string auth;
  };
  void on_packet(const PacketView& packet);
  void on_connect(const PacketView& packet);
  void decide(Pending pending, json::Slice auth);
  void on_event(const PacketView& packet);
  void on_ack(Socket& socket, const PacketView& packet);
  void on_binary_packet(const PacketView& packet);
  void on_attachment(std::string_view data);
  void hold(Pending& pending, std::unique_ptr<HeldEvent> event);
  [[nodiscard]] size_t held_bytes() const;
  void dispatch(const HeldEvent& held);
  void on_expired(base::TimePoint now) override;
  void close_for_bad_packet();
  void close_for(const base::Counter& reason);
  // What becomes of a socket that is removed.
  enum class Afterwards : uint8_t { kForgotten, kMayComeBack };
  void remove_socket(Socket& socket, std::string_view reason, Afterwards afterwards);
  // The socket that an accepted CONNECT brings back; null: none, or the session ended over it.
  [[nodiscard]] Socket* come_back(const Pending& pending, std::shared_ptr<const SocketData> data);
  [[nodiscard]] Recovery::Events events_for(const Pending& pending) const;
  void greet(Socket& socket, const Pending& pending);
  [[nodiscard]] std::string_view to_text(engineio::CloseReason reason) const;
  [[nodiscard]] Socket* find(std::string_view nsp) const;
  Pending& add(Pending pending);
  [[nodiscard]] Pending* find_pending(std::string_view nsp);
  [[nodiscard]] Pending take_pending(ConnectTicket ticket);

  // Fixed at construction.
  Hub& hub_;
  engineio::Session& session_;
  const std::shared_ptr<const engineio::Handshake> handshake_;

  // Owned by the shard thread. Few, and mostly one and none: linear search, and little room.
  boost::container::small_vector<std::unique_ptr<Socket>, 1> sockets_;
  std::forward_list<Pending> pending_;     // In the order in which they came.
  std::unique_ptr<HeldEvent> incomplete_;  // Attachments are missing; null: none is expected.
};

}  // namespace crema::socketio
