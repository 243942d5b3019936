// How long to wait before the next attempt to connect.
#pragma once

#include "crema/base/clock.h"
#include "crema/redis/config.h"

namespace crema::redis {

// Doubles from backoff_min to backoff_max; the upper half of each wait is random, so that the
// servers of a bench do not come back in step.
class Backoff {
 public:
  explicit Backoff(const Timing& timing) : min_(timing.backoff_min), max_(timing.backoff_max) {}

  // The wait before the next attempt: between half the current step and the whole of it.
  [[nodiscard]] base::Duration next();
  // A connection that held at least backoff_max makes the waits short again: one that is lost
  // at once, every time, does not.
  void on_lost_after(base::Duration held);

 private:
  const base::Duration min_;
  const base::Duration max_;
  base::Duration step_{0};  // 0 before the first attempt.
};

}  // namespace crema::redis
