// Where published events enter: from Redis, or from the demo's memory.
#pragma once

#include "crema/base/result.h"
#include "crema/frappe/event_message.h"
#include "crema/server/shard.h"

#include <string>
#include <string_view>

namespace crema::frappe {

// Home shard only.
class EventBridge {
 public:
  // Borrows `home` for life.
  explicit EventBridge(server::Shard& home) : home_(home) {}

  // Hands one message of channel `events` to its receivers; returns how many there are on this
  // shard. What cannot be used is dropped, counted and logged, without its text.
  // Errors: DropReason.
  base::Result<size_t, DropReason> on_message(std::string_view payload);

 private:
  server::Shard& home_;
  std::string scratch_;
};

}  // namespace crema::frappe
