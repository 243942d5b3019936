// Memory that only the start needed.
#pragma once

#include "crema/base/timing_wheel.h"

#include <chrono>

namespace crema::app {

// The pages of the program's own code and constants leave the process; the kernel maps those that
// are touched again, out of its cache. What reading the configuration and opening everything has
// touched is then no longer this process's memory. (So are breakpoints that a debugger has set
// before: set them later.)
void release_start_pages() noexcept;

// Does so once, when a start has settled. Loop thread only.
class StartPages final : private base::WheelEntry {
 public:
  static constexpr std::chrono::milliseconds kSettled{500};

  // Borrows the wheel for the call.
  StartPages(base::TimingWheel& wheel, base::TimePoint now) { wheel.arm(*this, now + kSettled); }

 private:
  void on_expired(base::TimePoint) override { release_start_pages(); }
};

}  // namespace crema::app
