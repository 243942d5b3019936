// One client in one namespace. Source: spec/socketio.md 3.4.
#pragma once

#include "crema/library/handler.h"
#include "crema/library/handshake.h"
#include "crema/library/next.h"
#include "crema/library/target.h"

#include <any>
#include <chrono>
#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crema {

// A handle: copied freely, valid for ever, callable from any thread unless it says otherwise. What
// is told to a socket that has left does nothing and returns false. Its handlers run on its shard.
class Socket {
 public:
  explicit Socket(std::shared_ptr<library::SocketState> state) : state_(std::move(state)) {}

  // 20 characters; not the Engine.IO session's.
  [[nodiscard]] const std::string& id() const;
  [[nodiscard]] const std::string& nsp() const;
  [[nodiscard]] bool connected() const;
  // Whether it came back after its connection was lost, and missed nothing.
  [[nodiscard]] bool recovered() const;
  [[nodiscard]] const Handshake& handshake() const;
  // "polling" or "websocket". In its handlers only; elsewhere, and after it left, empty.
  [[nodiscard]] std::string transport() const;
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

  // `name` is an event of the client's, or "disconnecting", "disconnect" (with the reason) or
  // "error" (with a message). Throws std::logic_error for other reserved names.
  template <class F>
  void on(std::string_view name, F handler) const {
    add(name, make_handler(std::move(handler)), Times::kAlways);
  }
  template <class F>
  void once(std::string_view name, F handler) const {
    add(name, make_handler(std::move(handler)), Times::kOnce);
  }
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
  // Sees every event before its handlers; an error drops it and becomes the socket's "error".
  void use(std::function<void(const Event&, Next)> middleware) const;

  // False when the socket has left. With a callback as last argument (const AckResult&) the client
  // is asked for an acknowledgement; it is called once, on the socket's shard.
  // Throws std::logic_error for a reserved name.
  template <class... Args>
  bool emit(std::string_view event, const Args&... args) const {
    return emit_after(std::chrono::milliseconds(0), event, args...);
  }
  // The same with a limit for the acknowledgement.
  template <class... Args>
  bool emit_after(std::chrono::milliseconds timeout, std::string_view event,
                  const Args&... args) const {
    if constexpr (library::EndsInCallback<AckResult, Args...>) {
      const auto all = std::tie(args...);
      constexpr size_t kLast = sizeof...(Args) - 1;
      return emit_with_ack(event, library::encode_first(std::make_index_sequence<kLast>(), all),
                           timeout, std::get<kLast>(all));
    } else {
      return emit_encoded(event, encode_all(args...), Urgency::kQueued);
    }
  }
  template <class... Args>
  bool send(const Args&... args) const {
    return emit("message", args...);
  }
  // Dropped when the client cannot take it now.
  template <class... Args>
  bool emit_volatile(std::string_view event, const Args&... args) const {
    return emit_encoded(event, encode_all(args...), Urgency::kVolatile);
  }

  // The same socket; with false an answer to its polling client that holds nothing else leaves as
  // it is, whatever its size. Not for events with an acknowledgement, nor for WebSocket.
  template <std::same_as<bool> Bool>
  [[nodiscard]] Socket compress(Bool compress) const {
    Socket same = *this;
    same.compress_ = compress;
    return same;
  }

  enum class Urgency : uint8_t { kQueued, kVolatile };
  // What the templates above become, for arguments that are encoded already.
  bool emit_encoded(std::string_view event, Encoder args, Urgency urgency) const;
  bool emit_with_ack(std::string_view event, Encoder args, std::chrono::milliseconds timeout,
                     AckCallback callback) const;

  // In a middleware: once the socket is accepted.
  bool join(std::string room) const;
  bool join(const std::vector<std::string>& rooms) const;
  bool leave(std::string room) const;

  // Others of the namespace: never this socket.
  [[nodiscard]] Target broadcast() const;
  [[nodiscard]] Target to(std::string room) const { return broadcast().to(std::move(room)); }
  [[nodiscard]] Target in(std::string room) const { return broadcast().to(std::move(room)); }
  [[nodiscard]] Target except(std::string room) const {
    return broadcast().except(std::move(room));
  }

  // The client is told and does not come back by itself. `close` ends its connection too, with
  // its sockets in other namespaces.
  bool disconnect() const;
  bool close() const;

  bool operator==(const Socket& other) const { return state_ == other.state_; }

  // For the library's own parts.
  [[nodiscard]] const std::shared_ptr<library::SocketState>& state() const { return state_; }

 private:
  enum class Times : uint8_t { kAlways, kOnce };
  void add(std::string_view name, Handler handler, Times times) const;
  [[nodiscard]] std::any& data_any() const;

  std::shared_ptr<library::SocketState> state_;
  bool compress_ = true;
};

}  // namespace crema
