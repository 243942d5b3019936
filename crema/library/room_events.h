// Which rooms of a namespace come and go, over all shards, for who wants to know.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace crema::library {

// Any thread. Listeners are called one at a time, in the order in which things happened, on the
// thread of one of the shards concerned. Costs nothing while nobody listens; then as many entries
// as there are rooms. Source: spec/socketio.md 3.6, the adapter's events.
class RoomEvents {
 public:
  enum class Kind : uint8_t { kCreate, kJoin, kLeave, kDelete };
  // `id` is the socket's; empty for a room that is created or deleted.
  using Listener = std::function<void(const std::string& room, const std::string& id)>;

  // Before the first socket joins: who was there then is not known.
  void listen(Kind kind, Listener listener);
  [[nodiscard]] bool wanted() const noexcept { return wanted_; }

  // The socket with that id is in these rooms now, or no longer: each once.
  void joined(const std::vector<std::string>& rooms, const std::string& id);
  void left(const std::vector<std::string>& rooms, const std::string& id);

 private:
  struct Happened {
    Kind kind;
    std::string room;
    std::string id;
  };
  struct Registered {
    Kind kind;
    Listener listener;
  };
  using Listeners = std::vector<Registered>;

  void tell(std::unique_lock<std::mutex>& lock);

  std::atomic<bool> wanted_ = false;
  std::mutex mutex_;
  std::shared_ptr<const Listeners> listeners_ = std::make_shared<const Listeners>();  // Guarded.
  std::unordered_map<std::string, size_t> members_;  // By room; guarded.
  std::deque<Happened> happened_;                    // Not told of yet; guarded.
  bool telling_ = false;                             // Some thread is; guarded.
};

}  // namespace crema::library
