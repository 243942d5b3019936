// Whom an event is for, and how it is sent: what `to`, `in`, `except`, `volatile` and `timeout`
// build. Source: spec/socketio.md 3.5.
#pragma once

#include "crema/library/ack.h"
#include "crema/library/rooms.h"

#include <chrono>
#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace crema {

class RemoteSocket;
class Socket;
class Target;

namespace socketio {
class Adapter;
struct Selection;
}  // namespace socketio

namespace library {
class NamespaceState;
struct SocketState;

// The last of some arguments, when it takes a Result: an acknowledgement's callback.
template <class Result, class... Args>
concept EndsInCallback =
    sizeof...(Args) > 0 &&
    std::invocable<const std::tuple_element_t<sizeof...(Args) - 1, std::tuple<Args...>>&,
                   const Result&>;

template <size_t... I, class... Args>
[[nodiscard]] Encoder encode_first(std::index_sequence<I...>, const std::tuple<Args...>& args) {
  return encode_all(std::get<I>(args)...);
}

// Calls fn(arguments, callback): all but the last, encoded, and the last.
template <class F, class... Args>
auto split_callback(const F& fn, const Args&... args) {
  const auto all = std::tie(args...);
  constexpr size_t kLast = sizeof...(Args) - 1;
  return fn(encode_first(std::make_index_sequence<kLast>(), all), std::get<kLast>(all));
}
}  // namespace library

using FetchCallback = std::function<void(std::vector<RemoteSocket>)>;

// Many sockets of one namespace, on all shards. Immutable: each function gives a new one.
// Any thread. `emit` throws std::logic_error for a reserved name.
class Target {
 public:
  explicit Target(std::shared_ptr<library::NamespaceState> nsp) : nsp_(std::move(nsp)) {}

  // The members of any of the rooms named, each once. A socket's id is a room.
  [[nodiscard]] Target to(const Rooms& rooms) const;
  [[nodiscard]] Target in(const Rooms& rooms) const { return to(rooms); }
  // Not the members of these rooms, nor the socket with such an id.
  [[nodiscard]] Target except(const Rooms& rooms) const;
  // Dropped for those who cannot take it now.
  [[nodiscard]] Target volatile_() const;
  // This server only; there is no other yet.
  [[nodiscard]] Target local() const { return *this; }
  // With false an answer to a polling client that holds nothing else leaves as it is, whatever its
  // size. Not for events with an acknowledgement, nor for WebSocket.
  template <std::same_as<bool> Bool>
  [[nodiscard]] Target compress(Bool compress) const {
    Target more = *this;
    more.compress_ = compress;
    return more;
  }
  // How long acknowledgements are waited for; Options::ack_timeout otherwise.
  [[nodiscard]] Target timeout(std::chrono::milliseconds time) const;

  // With a callback as last argument the receivers are asked for an acknowledgement; it is called
  // once with what they answered.
  template <class... Args>
  void emit(std::string_view event, const Args&... args) const {
    if constexpr (library::EndsInCallback<AckResponses, Args...>) {
      const auto ask = [&](Encoder first, const auto& callback) {
        emit_with_ack(event, std::move(first), callback);
      };
      library::split_callback(ask, args...);
    } else {
      emit_encoded(event, encode_all(args...));
    }
  }
  // The event "message".
  template <class... Args>
  void send(const Args&... args) const {
    emit("message", args...);
  }
  // What `emit` becomes, for arguments that are encoded already.
  void emit_encoded(std::string_view event, Encoder args) const;
  void emit_with_ack(std::string_view event, Encoder args, BroadcastCallback callback) const;

  // Called once, on the shard of the caller, or the first.
  void fetch_sockets(FetchCallback callback) const;
  // All of them join, or leave, all of these.
  void sockets_join(const Rooms& rooms) const;
  void sockets_leave(const Rooms& rooms) const;
  // The clients do not come back by themselves. With `close_sockets` their connections end too.
  void disconnect_sockets() const;
  void close_sockets() const;

 private:
  // For each namespace that this is about, on one shard's thread.
  void with_adapter(const std::function<void(socketio::Adapter&, socketio::Selection)>& fn) const;

  std::shared_ptr<library::NamespaceState> nsp_;
  std::vector<std::string> rooms_;
  std::vector<std::string> except_;
  std::chrono::milliseconds timeout_{0};  // 0: the default.
  bool is_volatile_ = false;
  bool compress_ = true;
};

}  // namespace crema
