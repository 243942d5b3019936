// Before a stop: waits for what is queued to leave, while connections are still accepted and events
// delivered.
#pragma once

#include "crema/base/timing_wheel.h"
#include "crema/server/shard.h"

#include <functional>

namespace crema::server {

// Home shard only.
class Drain final : base::WheelEntry {
 public:
  // Borrows `home` for life.
  explicit Drain(Shard& home) : home_(home) {}
  ~Drain() override = default;

  // Calls `done` once, when no session on any shard has anything queued, or after `time_max`.
  void start(base::Duration time_max, std::function<void()> done);

 private:
  void look();
  void on_expired(base::TimePoint now) override;

  Shard& home_;
  base::TimePoint until_{};
  std::function<void()> done_;
};

}  // namespace crema::server
