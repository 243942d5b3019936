// Gives memory back to the system when much of what a shard held is gone: tables are cut to what
// they hold, and the allocator's free pages go.
#pragma once

#include "crema/base/timing_wheel.h"
#include "crema/net/loop.h"

#include <cstddef>
#include <functional>

namespace crema::server {

// Loop thread only; one for each measure of what a shard holds. A storm that is followed by the
// next costs nothing: there has to be quiet first. The allocator is the process's: it is trimmed
// for all of it.
class MemoryReturn final : private base::WheelEntry {
 public:
  // It is done when half of what there was at most is gone, `drop_min` at least, and the measure
  // has not changed for `quiet`.
  struct When {
    size_t drop_min;
    base::Duration quiet;
  };

  // Borrows `loop` for life. `shrink` cuts the tables that the measure is about; `note` calls it.
  MemoryReturn(net::Loop& loop, When when, std::function<void()> shrink)
      : loop_(loop), when_(when), shrink_(std::move(shrink)) {}

  // At the end of a turn: what there is now.
  void note(size_t held);

 private:
  [[nodiscard]] bool has_dropped() const noexcept {
    return held_ <= peak_ / 2 && peak_ - held_ >= when_.drop_min;
  }
  void on_expired(base::TimePoint) override { due_ = true; }  // The end of this turn follows.

  net::Loop& loop_;
  const When when_;
  const std::function<void()> shrink_;
  size_t held_ = 0;
  size_t peak_ = 0;  // Since memory was given back.
  bool due_ = false;
};

}  // namespace crema::server
