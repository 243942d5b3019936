#pragma once

#include <chrono>
#include <cstdint>

namespace crema::load {

// How long the official client waits before each attempt to come back: 1, 2, then 4 s, half as much
// more or less by chance, 5 s at most. Source: socket.io-client 4.8, contrib/backo2.js and
// manager.js (reconnectionDelay, reconnectionDelayMax, randomizationFactor).
class Backoff {
 public:
  static constexpr std::uint32_t kAttemptsMax = 3;  // Frappe's page: reconnectionAttempts.

  [[nodiscard]] std::uint32_t attempts() const { return attempts_; }
  [[nodiscard]] bool is_spent() const { return attempts_ >= kAttemptsMax; }

  // The wait before the next attempt, which it counts. `chance`: 0 <= chance < 1.
  [[nodiscard]] std::chrono::milliseconds next(double chance);
  void reset() { attempts_ = 0; }

 private:
  std::uint32_t attempts_ = 0;
};

}  // namespace crema::load
