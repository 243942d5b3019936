// Where published events enter: from Redis, or from the demo's memory.
#pragma once

#include "crema/base/result.h"
#include "crema/frappe/event_message.h"
#include "crema/server/shard.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace crema::frappe {

// Home shard only.
class EventBridge {
 public:
  // Borrows `home` for life.
  explicit EventBridge(server::Shard& home) : home_(home) {}

  // Hands one message of channel `events` to its receivers; those of other shards get it after the
  // call. What cannot be used is dropped, counted and logged, without its text.
  // Errors: DropReason.
  base::Result<void, DropReason> on_message(std::string_view payload,
                                            socketio::DeliveryListener delivered = {});

  // The same for one of several that came at once: those for the same receivers, one behind the
  // other, are handed over together. `hand_over` is called after the last, in the same turn.
  base::Result<void, DropReason> on_one_of_many(std::string_view payload);
  void hand_over();

 private:
  base::Result<socketio::Broadcast, DropReason> decode(std::string_view payload);

  server::Shard& home_;
  std::string scratch_;
  std::vector<socketio::Broadcast> waiting_;  // Each may follow the first; none between turns.
  size_t waiting_bytes_ = 0;
};

}  // namespace crema::frappe
