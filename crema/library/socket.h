// One client in one namespace. Source: spec/socketio.md 3.4.
#pragma once

#include "crema/library/conn.h"
#include "crema/library/handler.h"
#include "crema/library/handshake.h"
#include "crema/library/next.h"
#include "crema/library/target.h"

#include <any>
#include <chrono>
#include <concepts>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace crema {

// A handle: copied freely, valid for ever, callable from any thread unless it says otherwise. What
// is told to a socket that has left does nothing and returns false. Its handlers run on its shard.
// `timeout`, `volatile_` and `compress` give a handle of the same socket that emits in that way.
class Socket {
 public:
  explicit Socket(std::shared_ptr<library::SocketState> state) : state_(std::move(state)) {}

  // 20 characters; not the Engine.IO session's.
  [[nodiscard]] const std::string& id() const;
  [[nodiscard]] const std::string& nsp() const;
  [[nodiscard]] bool connected() const;
  // Whether it came back after its connection was lost, and missed nothing.
  [[nodiscard]] bool recovered() const;
  // Of the connection that carries it. What was returned stays until the client has come back
  // twice.
  [[nodiscard]] const Handshake& handshake() const;
  // The connection that carries it, with its other namespaces.
  [[nodiscard]] Conn conn() const { return Conn(state_); }
  // The same as conn().transport().
  [[nodiscard]] std::string transport() const { return conn().transport(); }
  // Its own id first. In its handlers only; elsewhere, and after it left, empty.
  [[nodiscard]] std::vector<std::string> rooms() const;

  // What the program keeps with the socket; made when first asked for. It belongs to the thread of
  // the socket's handlers: a build of the library with assertions ends when another asks for it.
  template <class T>
  [[nodiscard]] T& data() const {
    std::any& any = data_any();
    if (T* present = std::any_cast<T>(&any)) return *present;
    return any.emplace<T>();
  }

  // `name` is an event of the client's, or "disconnecting", "disconnect" (with the reason, and what
  // is known of it) or "error" (with a message). The number is for `off`. Throws std::logic_error
  // for other reserved names.
  template <class F>
  uint64_t on(std::string_view name, F handler) const {
    return add(name, make_handler(std::move(handler)), {});
  }
  template <class F>
  uint64_t once(std::string_view name, F handler) const {
    return add(name, make_handler(std::move(handler)), {.once = true});
  }
  // Before those that are there.
  template <class F>
  uint64_t prepend_listener(std::string_view name, F handler) const {
    return add(name, make_handler(std::move(handler)), {.first = true});
  }
  // That one, all of an event, or all. Not those of the namespace.
  void off(std::string_view name, uint64_t number) const;
  void off(std::string_view name) const;
  void off() const;

  // Called with every event before its handlers, and with every event that is sent to the socket;
  // not with acknowledgements. The number is for off_any.
  uint64_t on_any(std::function<void(const Event&)> fn) const;
  uint64_t prepend_any(std::function<void(const Event&)> fn) const;
  void off_any(uint64_t number) const;
  void off_any() const;
  uint64_t on_any_outgoing(std::function<void(const Event&)> fn) const;
  uint64_t prepend_any_outgoing(std::function<void(const Event&)> fn) const;
  void off_any_outgoing(uint64_t number) const;
  void off_any_outgoing() const;
  // Their numbers, in the order they are called. In its handlers only; elsewhere empty.
  [[nodiscard]] std::vector<uint64_t> listeners_any() const;
  [[nodiscard]] std::vector<uint64_t> listeners_any_outgoing() const;
  // Sees every event before its handlers; an error drops it and becomes the socket's "error".
  void use(std::function<void(const Event&, Next)> middleware) const;

  // False when the socket has left. With a callback as last argument (const AckResult&) the client
  // is asked for an acknowledgement; it is called once, on the socket's shard.
  // Throws std::logic_error for a reserved name.
  template <class... Args>
  bool emit(std::string_view event, const Args&... args) const {
    if constexpr (library::EndsInCallback<AckResult, Args...>) {
      const auto ask = [&](Encoder first, const auto& callback) {
        return emit_with_ack(event, std::move(first), callback);
      };
      return library::split_callback(ask, args...);
    } else {
      return emit_encoded(event, encode_all(args...));
    }
  }
  // The event "message".
  template <class... Args>
  bool send(const Args&... args) const {
    return emit("message", args...);
  }
  template <class... Args>
  bool write(const Args&... args) const {
    return emit("message", args...);
  }

  // How long an acknowledgement is waited for; Options::ack_timeout otherwise.
  [[nodiscard]] Socket timeout(std::chrono::milliseconds time) const {
    Socket same = *this;
    same.timeout_ = time;
    return same;
  }
  // Dropped when the client cannot take it now. Not for events with an acknowledgement.
  [[nodiscard]] Socket volatile_() const {
    Socket same = *this;
    same.is_volatile_ = true;
    return same;
  }
  // With false an answer to its polling client that holds nothing else leaves as it is, whatever
  // its size. Not for events with an acknowledgement, nor for WebSocket.
  template <std::same_as<bool> Bool>
  [[nodiscard]] Socket compress(Bool compress) const {
    Socket same = *this;
    same.compress_ = compress;
    return same;
  }

  // What `emit` becomes, for arguments that are encoded already.
  bool emit_encoded(std::string_view event, Encoder args) const;
  bool emit_with_ack(std::string_view event, Encoder args, AckCallback callback) const;

  // In a middleware: once the socket is accepted. False: it has left, or a bound is reached.
  bool join(const Rooms& rooms) const;
  bool leave(std::string room) const;

  // Others of the namespace: never this socket. See Target.
  [[nodiscard]] Target broadcast() const;
  [[nodiscard]] Target to(const Rooms& rooms) const { return broadcast().to(rooms); }
  [[nodiscard]] Target in(const Rooms& rooms) const { return broadcast().to(rooms); }
  [[nodiscard]] Target except(const Rooms& rooms) const { return broadcast().except(rooms); }
  [[nodiscard]] Target local() const { return broadcast().local(); }

  // The client is told and does not come back by itself. `close` ends its connection too, with
  // its sockets in other namespaces.
  bool disconnect() const;
  bool close() const;

  bool operator==(const Socket& other) const { return state_ == other.state_; }

  // For the library's own parts.
  [[nodiscard]] const std::shared_ptr<library::SocketState>& state() const { return state_; }

 private:
  struct Manner {
    bool once = false;
    bool first = false;
  };
  uint64_t add(std::string_view name, Handler handler, Manner manner) const;
  bool join_one(const std::string& room) const;
  [[nodiscard]] std::any& data_any() const;

  std::shared_ptr<library::SocketState> state_;
  std::chrono::milliseconds timeout_{0};  // 0: the default.
  bool is_volatile_ = false;
  bool compress_ = true;
};

}  // namespace crema
