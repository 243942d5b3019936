// What runs on the Socket.IO layer of one shard: Frappe's rules, or the library's users' handlers.
#pragma once

#include "crema/engineio/handshake.h"
#include "crema/json/slice.h"
#include "crema/socketio/packet.h"
#include "crema/socketio/socket.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace crema::socketio {

// Names one CONNECT that is being decided. Unique on its shard; never used again.
enum class ConnectTicket : uint64_t {};

struct ConnectRequest {
  ConnectTicket ticket;
  std::string_view nsp;
  std::string_view socket_id;  // Of the socket, if it is accepted as a new one.
  json::Slice auth;            // The CONNECT's payload, "{}" when it had none.
  std::shared_ptr<const engineio::Handshake> handshake;
};

// Shard thread only. Arguments are borrowed for the call.
class Application {
 public:
  virtual ~Application() = default;

  // False: CONNECT_ERROR `Invalid namespace`.
  [[nodiscard]] virtual bool has_namespace(std::string_view nsp) = 0;
  // To be answered once, now or later, with Hub::accept, refuse or close. The client may be gone
  // by then: the answer is dropped.
  virtual void on_connect(const ConnectRequest& request) = 0;
  // The client left before its CONNECT was decided: nothing need be answered.
  virtual void on_connect_abandoned(ConnectTicket ticket) = 0;
  // The client has its CONNECT answer queued; rooms may be joined.
  virtual void on_connected(Socket& socket) = 0;
  // To be acknowledged, when the event has an ack id, with Socket::ack, now or later.
  virtual void on_event(Socket& socket, const Event& event) = 0;
  // `reason` is one of Socket.IO's disconnect reasons. Here rooms are still joined…
  virtual void on_disconnecting(Socket&, std::string_view /*reason*/) {}
  // …and here they are left. Source: spec/socketio.md 3.4.
  virtual void on_disconnected(Socket& socket, std::string_view reason) = 0;
  // A session that may come back does so on another shard: on_connected tells of it there, with the
  // same `data`, which no longer belongs to this thread. Source: architecture, section 3.
  virtual void on_moved(const std::shared_ptr<const SocketData>& /*data*/, unsigned /*shard*/) {}
  // The client sent what cannot be decoded; its connection is closed next.
  virtual void on_bad_packet(Socket&) {}
  // Of a socket whose rooms are observed (Socket::observe_rooms). Not when it disconnects.
  virtual void on_joined(Socket&, std::string_view /*room*/) {}
  virtual void on_left(Socket&, std::string_view /*room*/) {}
  // Called before an event leaves to a socket that is observed (Socket::observe).
  virtual void on_outgoing(Socket&, const OutMessage&) {}
};

}  // namespace crema::socketio
