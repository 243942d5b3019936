// Time as the protocol column sees it: an argument, never a question. Tests move it by hand.
#pragma once

#include <chrono>

namespace crema::base {

using Duration = std::chrono::milliseconds;
using TimePoint = std::chrono::time_point<std::chrono::steady_clock, Duration>;

// The steady clock, in milliseconds. Called by the I/O column, once per turn.
[[nodiscard]] inline TimePoint steady_now() {
  return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now());
}

}  // namespace crema::base
