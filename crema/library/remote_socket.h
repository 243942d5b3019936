// A socket as a fetch finds it. Source: spec/socketio.md 3.5, RemoteSocket.
#pragma once

#include "crema/library/handshake.h"
#include "crema/library/target.h"

#include <any>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crema {

// What it was when it was found, a copy, and a way to reach it wherever it lives: it need not be of
// this shard. Copied freely, any thread. What is told to one that has left does nothing.
class RemoteSocket {
 public:
  // Made by fetch_sockets. `itself`: the target that it alone is in.
  RemoteSocket(std::string id, std::vector<std::string> rooms,
               std::shared_ptr<const Handshake> handshake, std::shared_ptr<const std::any> data,
               Target itself)
      : id_(std::move(id)),
        rooms_(std::move(rooms)),
        handshake_(std::move(handshake)),
        data_(std::move(data)),
        itself_(std::move(itself)) {}

  // Of the socket.
  [[nodiscard]] const std::string& id() const { return id_; }
  // Its own id first.
  [[nodiscard]] const std::vector<std::string>& rooms() const { return rooms_; }
  [[nodiscard]] const Handshake& handshake() const { return *handshake_; }
  // A copy of what the program keeps with it (Socket::data), made on its shard; null when that is
  // nothing, or of another type. Keep a std::shared_ptr there if a copy is expensive.
  template <class T>
  [[nodiscard]] const T* data() const {
    return std::any_cast<T>(data_.get());
  }

  // The same socket; how long its acknowledgement is waited for. Options::ack_timeout otherwise.
  [[nodiscard]] RemoteSocket timeout(std::chrono::milliseconds time) const {
    RemoteSocket same = *this;
    same.itself_ = itself_.timeout(time);
    return same;
  }
  // With a callback as last argument (const AckResult&) it is asked for an acknowledgement, whose
  // first argument comes. Throws std::logic_error for a reserved name.
  template <class... Args>
  void emit(std::string_view event, const Args&... args) const {
    if constexpr (library::EndsInCallback<AckResult, Args...>) {
      const auto ask = [&](Encoder first, const auto& callback) {
        emit_with_ack(event, std::move(first), callback);
      };
      library::split_callback(ask, args...);
    } else {
      itself_.emit_encoded(event, encode_all(args...));
    }
  }
  // What `emit` becomes, for arguments that are encoded already.
  void emit_with_ack(std::string_view event, Encoder args, AckCallback callback) const;

  // As the functions of Socket.
  void join(const Rooms& rooms) const { itself_.sockets_join(rooms); }
  void leave(const Rooms& rooms) const { itself_.sockets_leave(rooms); }
  void disconnect() const { itself_.disconnect_sockets(); }
  void close() const { itself_.close_sockets(); }

 private:
  std::string id_;
  std::vector<std::string> rooms_;
  std::shared_ptr<const Handshake> handshake_;
  std::shared_ptr<const std::any> data_;
  Target itself_;
};

}  // namespace crema
