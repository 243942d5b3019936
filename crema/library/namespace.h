// A namespace: clients of one concern, their rooms and handlers. Source: spec/socketio.md 3.3.
#pragma once

#include "crema/library/remote_socket.h"
#include "crema/library/socket.h"

#include <chrono>
#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crema {

// A handle, as Socket. Handlers are best set before the server runs, and may be later.
class Namespace {
 public:
  explicit Namespace(std::shared_ptr<library::NamespaceState> state) : state_(std::move(state)) {}

  // "/" and what follows; of a pattern's, "/_0" and on.
  [[nodiscard]] const std::string& name() const;

  // `name` is "connection", with a handler that takes the Socket, or an event of any of its
  // sockets: one handler for all costs a socket nothing. Also "disconnect", "disconnecting",
  // "error".
  template <class F>
  void on(std::string_view name, F handler) const {
    add(name, make_handler(std::move(handler)));
  }
  template <class F>
  void on_connection(F handler) const {
    on("connection", std::move(handler));
  }
  // Decides on every socket before it is connected, in the order they were added.
  void use(std::function<void(Socket, Next)> middleware) const;

  // Whom `emit` is for; see Target.
  [[nodiscard]] Target all() const { return Target(state_); }
  [[nodiscard]] Target to(const Rooms& rooms) const { return all().to(rooms); }
  [[nodiscard]] Target in(const Rooms& rooms) const { return all().to(rooms); }
  [[nodiscard]] Target except(const Rooms& rooms) const { return all().except(rooms); }
  [[nodiscard]] Target volatile_() const { return all().volatile_(); }
  [[nodiscard]] Target local() const { return all(); }
  [[nodiscard]] Target timeout(std::chrono::milliseconds time) const { return all().timeout(time); }
  template <std::same_as<bool> Bool>
  [[nodiscard]] Target compress(Bool compress) const {
    return all().compress(compress);
  }
  template <class... Args>
  void emit(std::string_view event, const Args&... args) const {
    all().emit(event, args...);
  }
  template <class... Args>
  void send(const Args&... args) const {
    all().send(args...);
  }
  template <class... Args>
  void write(const Args&... args) const {
    all().send(args...);
  }

  // As the functions of Target, for all sockets of the namespace.
  void fetch_sockets(FetchCallback callback) const { all().fetch_sockets(std::move(callback)); }
  void sockets_join(const Rooms& rooms) const { all().sockets_join(rooms); }
  void sockets_leave(const Rooms& rooms) const { all().sockets_leave(rooms); }
  void disconnect_sockets() const { all().disconnect_sockets(); }
  void close_sockets() const { all().close_sockets(); }
  // Connected to it, on all shards. Any thread; of the moment.
  [[nodiscard]] size_t size() const;

  // What happens to rooms, sockets' ids included, over all shards: the events of the original's
  // adapter. Called one at a time and in order, on the thread of a shard concerned. Set before the
  // namespace has a socket (on_new_namespace is early enough); throws std::logic_error later, and
  // for a namespace that stands for many.
  void on_create_room(std::function<void(const std::string& room)> fn) const;
  void on_join_room(std::function<void(const std::string& room, const std::string& id)> fn) const;
  void on_leave_room(std::function<void(const std::string& room, const std::string& id)> fn) const;
  void on_delete_room(std::function<void(const std::string& room)> fn) const;

 private:
  void add(std::string_view name, Handler handler) const;

  std::shared_ptr<library::NamespaceState> state_;
};

}  // namespace crema
