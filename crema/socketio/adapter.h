// Reaches the sockets of a namespace wherever they live: on other threads, or, with a cluster
// adapter, in other processes. Source: spec/socketio.md 3.6.
#pragma once

#include "crema/base/clock.h"
#include "crema/socketio/broadcast.h"
#include "crema/socketio/selection.h"
#include "crema/socketio/socket.h"

#include <any>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace crema::socketio {

// A socket as others see it: a copy.
struct SocketInfo {
  std::string id;
  std::vector<std::string> rooms;
  std::shared_ptr<const SocketData> data;
  std::shared_ptr<const std::any> kept;  // SocketData::snapshot
};

// How a broadcast with acknowledgements ended. Borrowed for the call.
struct BroadcastResult {
  bool complete;  // Every receiver has answered.
  // The first argument of each answer in the order they came, "null" for an answer without one.
  std::vector<std::string> responses;
  // Of the same index; empty vectors when no answer was binary.
  std::vector<std::vector<std::string>> attachments;
};
using BroadcastHandler = std::function<void(const BroadcastResult&)>;
using FetchHandler = std::function<void(std::vector<SocketInfo>)>;

// One per shard; called on its thread, and calls handlers there. A cluster adapter wraps the one of
// this process, publishes what it is told, and applies what it hears.
class Adapter {
 public:
  virtual ~Adapter() = default;

  // Servers in the cluster, this one included.
  [[nodiscard]] virtual unsigned server_count() const = 0;
  virtual void broadcast(Broadcast broadcast) = 0;
  // `handler` is called once: when all have answered, or after `timeout` with what has come.
  virtual void broadcast_with_ack(Selection to, std::string event, std::string args,
                                  Attachments attachments, base::Duration timeout,
                                  BroadcastHandler handler) = 0;
  virtual void add_sockets(Selection selection, std::vector<std::string> rooms) = 0;
  virtual void del_sockets(Selection selection, std::vector<std::string> rooms) = 0;
  virtual void disconnect_sockets(Selection selection, Disconnect how) = 0;
  virtual void fetch_sockets(Selection selection, FetchHandler handler) = 0;
};

}  // namespace crema::socketio
