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

  // Hands one message of channel `events` to its receivers; those of other shards get it after the
  // call. What cannot be used is dropped, counted and logged, without its text.
  // Errors: DropReason.
  base::Result<void, DropReason> on_message(std::string_view payload,
                                            socketio::DeliveryListener delivered = {});

 private:
  server::Shard& home_;
  std::string scratch_;
};

}  // namespace crema::frappe
