// What the handles of one namespace share: its name, handlers and middlewares.
#pragma once

#include "crema/library/room_events.h"
#include "crema/library/socket.h"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace crema::library {

class Core;

using Middleware = std::function<void(Socket, Next)>;
using Predicate = std::function<void(std::string_view name, const Value& auth, Next)>;
using Pattern = std::function<bool(std::string_view name)>;

struct NamedHandler {
  std::string name;
  std::shared_ptr<const Handler> handler;
};

// Any thread. Lists are copied on change, so that who runs them holds a list that stands still.
class NamespaceState {
 public:
  using Handlers = std::shared_ptr<const std::vector<NamedHandler>>;
  using Middlewares = std::shared_ptr<const std::vector<Middleware>>;

  NamespaceState(std::string name, std::weak_ptr<Core> core);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  // Null once the server is gone.
  [[nodiscard]] std::shared_ptr<Core> core() const { return core_.lock(); }

  void add(std::string_view name, Handler handler);
  void add(Middleware middleware);
  [[nodiscard]] Handlers handlers() const;
  [[nodiscard]] Middlewares middlewares() const;
  // Takes over what its parent has now.
  void inherit(const NamespaceState& parent);

  // Fixed before anyone else knows it: the parent that made it, or the rule of a parent.
  std::weak_ptr<NamespaceState> parent;
  Predicate predicate;
  Pattern pattern;
  bool is_dynamic = false;  // Made for a client.

  // What happens to its rooms.
  RoomEvents room_events;

  // Connected sockets, and those that are being decided.
  std::atomic<size_t> sockets = 0;
  std::atomic<size_t> undecided = 0;

  // A parent's: what is told to it is told to them.
  void add_child(const std::shared_ptr<NamespaceState>& child);
  [[nodiscard]] std::vector<std::shared_ptr<NamespaceState>> children() const;

 private:
  const std::string name_;
  const std::weak_ptr<Core> core_;

  mutable std::mutex mutex_;
  Handlers handlers_ = std::make_shared<const std::vector<NamedHandler>>();      // Guarded.
  Middlewares middlewares_ = std::make_shared<const std::vector<Middleware>>();  // Guarded.
  std::vector<std::weak_ptr<NamespaceState>> children_;                          // Guarded.
};

}  // namespace crema::library
