// A subscription to Redis channels that comes back by itself, for ever.
#pragma once

#include "crema/net/loop.h"
#include "crema/redis/address.h"
#include "crema/redis/config.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace crema::redis {

enum class SubscriberState : uint8_t { kLost, kSubscribed };

// What happens while the connection is down is missed: Redis stores nothing for subscribers.
// Source: spec/frappe-realtime.md, 2.3 and 5.
class Subscriber {
 public:
  // Gets each message, in order, on the loop's thread. Both views are valid during the call.
  using Sink = std::function<void(std::string_view channel, std::string_view payload)>;
  // Called when the sink got all that had come, or a turn's share of it, in the same turn.
  using OnPause = std::function<void()>;
  // Told of every change, on the loop's thread, before the first message and after the last.
  using OnState = std::function<void(SubscriberState)>;

  struct Options {
    Address address;  // Its database is ignored: channels belong to the whole server.
    std::vector<std::string> channels;
    Sink sink;
    OnPause on_pause;  // May be empty.
    OnState on_state;  // May be empty.
    Timing timing;
  };

  // `loop` must outlive the subscriber.
  Subscriber(net::Loop& loop, Options options);
  // As `stop`; to be called on the loop's thread, or when the loop does not run any more.
  ~Subscriber();
  Subscriber(const Subscriber&) = delete;
  Subscriber& operator=(const Subscriber&) = delete;

  // All channels are confirmed. Any thread.
  [[nodiscard]] bool subscribed() const noexcept;

  // Begins to connect. Once. Any thread.
  void start();
  // Nothing is given to the sink, on_pause or on_state after this has run on the loop's thread;
  // from another thread it is posted there. An attempt to connect ends within Timing::connect.
  void stop();

 private:
  class Core;

  // Shared with the coroutine that keeps the connection.
  const std::shared_ptr<Core> core_;
};

}  // namespace crema::redis
