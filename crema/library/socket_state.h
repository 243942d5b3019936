// What the handles of one socket share. Survives its connection, and the server.
#pragma once

#include "crema/library/namespace_state.h"
#include "crema/socketio/socket.h"

#include <any>
#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace crema::library {

class Core;

struct AnyListener {
  uint64_t number;
  std::shared_ptr<const std::function<void(const Event&)>> fn;
};
using EventMiddleware = std::function<void(const Event&, Next)>;

// What a fetch takes along.
struct Snapshot {
  std::shared_ptr<const Handshake> handshake;
  std::shared_ptr<const std::any> data;  // Null: there is none, or it cannot be copied.
};

struct SocketState final : socketio::SocketData, std::enable_shared_from_this<SocketState> {
  struct Registration {
    std::string name;
    std::shared_ptr<const Handler> handler;
    uint64_t number;
    bool once;
  };

  // Holds a Snapshot.
  [[nodiscard]] std::shared_ptr<const std::any> snapshot() const override;
  // Of a new connection; what `handshake` was before stays until the next.
  void set_handshake(std::shared_ptr<const Handshake> made);

  // Runs `fn` on the socket's shard: now when this is its thread, else later. False, and it is
  // not run: the server is gone.
  template <class F>
  bool on_shard(F&& fn) {
    if (!is_on_shard()) return post_to_shard(std::forward<F>(fn));
    fn(*this);
    return true;
  }
  // Whether this is the shard's thread, in a handler of the library.
  [[nodiscard]] bool is_on_shard() const;

  // Fixed once the CONNECT was read.
  std::string id;
  std::shared_ptr<NamespaceState> nsp;
  const Core* core = nullptr;  // Compared only.

  // Any thread. Written by the shard's own thread, when the socket moves to another while it is
  // lost: what that thread owned is the other's from then on.
  std::atomic<unsigned> shard = 0;

  // Any thread.
  std::atomic<const Handshake*> handshake = nullptr;  // Null before the first CONNECT was read.
  std::atomic<bool> connected = false;
  std::atomic<bool> has_left = false;  // Neither connected nor being decided.
  std::atomic<bool> recovered = false;

  // Owned by the shard thread.
  std::array<std::shared_ptr<const Handshake>, 2> handshakes;  // Of now, and of before.
  socketio::Socket* live = nullptr;                            // While it is connected.
  std::vector<Registration> handlers;
  std::vector<AnyListener> any;
  std::vector<AnyListener> any_outgoing;
  std::vector<std::shared_ptr<const EventMiddleware>> middlewares;
  std::atomic<uint64_t> last_listener = 0;  // Any thread.
  std::vector<std::string> rooms_wanted;    // Joined before it was accepted.
  std::string close_detail;                 // Of its connection's end; empty: nothing is known.
  bool is_undecided = true;
  bool rooms_are_told = false;  // NamespaceState::room_events counts it in its rooms.
  std::any data;

 private:
  bool post_to_shard(std::function<void(SocketState&)> fn);
};

}  // namespace crema::library
