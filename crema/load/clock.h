#pragma once

#include <chrono>
#include <cstdint>
#include <ctime>

namespace crema::load {

using Deadline = std::chrono::steady_clock::time_point;

// CLOCK_MONOTONIC in nanoseconds: the same clock for sending and receiving.
[[nodiscard]] inline std::uint64_t monotonic_ns() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(time.tv_nsec);
}

}  // namespace crema::load
