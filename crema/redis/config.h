// The bounds of every wait and queue towards Redis.
#pragma once

#include "crema/base/clock.h"

#include <cstddef>

namespace crema::redis {

struct Timing {
  base::Duration connect{5'000};      // Connect, authenticate and subscribe.
  base::Duration command{5'000};      // One command, its wait in the queue and a connect included.
  base::Duration idle{30'000};        // Silence of a subscription before it is asked for a sign.
  base::Duration pong{10'000};        // For that sign to come.
  base::Duration backoff_min{100};    // Between the first two attempts to connect …
  base::Duration backoff_max{2'000};  // … doubled each time up to this; half of it is jitter.
};

// One turn of the loop takes this much from a subscription, then the others have theirs.
// Source: architecture, section 1.6.
inline constexpr size_t kTurnMessagesMax = 256;
inline constexpr size_t kTurnBytesMax = 256 * 1024;

inline constexpr size_t kReadBytes = 64 * 1024;     // Per connection.
inline constexpr size_t kQueuedCommandsMax = 1024;  // Per publisher.

}  // namespace crema::redis
