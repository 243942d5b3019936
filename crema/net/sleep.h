// A pause in a coroutine.
#pragma once

#include "crema/net/loop.h"

namespace crema::net {

// Ends after `time`, or early when the loop's timers are cancelled.
[[nodiscard]] inline Task<void> sleep(Loop& loop, base::Duration time) {
  SteadyTimer timer(loop.executor(), time);
  auto waiting = timer.async_wait(kAsTuple);
  (void)co_await std::move(waiting);
}

}  // namespace crema::net
