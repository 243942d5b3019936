// One Engine.IO session seen from Socket.IO: its namespaces, sockets and pending CONNECTs.
#pragma once

#include "crema/base/counter.h"
#include "crema/base/timing_wheel.h"
#include "crema/engineio/handshake.h"
#include "crema/engineio/session.h"
#include "crema/socketio/application.h"
#include "crema/socketio/config.h"
#include "crema/socketio/socket.h"

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
// Shard thread only; destroyed with its session.
class Connection final : public engineio::SessionListener, private base::WheelEntry {
 public:
  // Borrows `hub` and `session` for life; becomes the session's listener.
  Connection(Hub& hub, engineio::Session& session,
             std::shared_ptr<const engineio::Handshake> handshake);
  ~Connection();

  [[nodiscard]] engineio::Session& session() const noexcept { return session_; }
  [[nodiscard]] const Config& config() const noexcept;

  // Called by Hub when a CONNECT is decided.
  void accept(ConnectTicket ticket, std::shared_ptr<const SocketData> data);
  void refuse(ConnectTicket ticket, std::string_view message);
  // Called by Socket.
  void disconnect_socket(Socket& socket);

  void on_session_message(std::string_view data, engineio::MessageKind kind) override;
  void on_session_closed(engineio::CloseReason reason) override;

 private:
  struct Pending {
    ConnectTicket ticket;
    std::string nsp;
  };
  void on_packet(const PacketView& packet);
  void on_connect(const PacketView& packet);
  void on_event(const PacketView& packet);
  void on_expired(base::TimePoint now) override;
  void close_for(const base::Counter& reason);
  void remove_socket(Socket& socket, std::string_view reason);
  [[nodiscard]] Socket* find(std::string_view nsp) const;
  [[nodiscard]] Pending take_pending(ConnectTicket ticket);

  // Fixed at construction.
  Hub& hub_;
  engineio::Session& session_;
  const std::shared_ptr<const engineio::Handshake> handshake_;

  // Owned by the shard thread. Few: linear search.
  std::vector<std::unique_ptr<Socket>> sockets_;
  std::vector<Pending> pending_;
  // Of a binary packet. No handler takes binary events yet: they are read and dropped whole.
  unsigned attachments_missing_ = 0;
};

}  // namespace crema::socketio
