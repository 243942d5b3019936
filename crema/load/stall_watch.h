#pragma once

#include "crema/load/clock.h"

#include <chrono>
#include <cstdint>

namespace crema::load {

// Expires when a number has not changed for a while.
class StallWatch {
 public:
  explicit StallWatch(std::chrono::seconds limit) : limit_(limit) {}

  bool has_stalled(std::uint64_t progress) {
    const auto now = std::chrono::steady_clock::now();
    if (progress != last_) {
      last_ = progress;
      since_ = now;
    }
    return now - since_ > limit_;
  }

 private:
  std::chrono::seconds limit_;
  std::uint64_t last_ = 0;
  Deadline since_ = std::chrono::steady_clock::now();
};

}  // namespace crema::load
