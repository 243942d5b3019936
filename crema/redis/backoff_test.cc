#include "crema/redis/backoff.h"

#include <gtest/gtest.h>

#include <set>

namespace crema::redis {
namespace {

using base::Duration;

TEST(Backoff, DoublesUpToItsBound) {
  Backoff backoff{Timing{}};
  for (const int step : {100, 200, 400, 800, 1600, 2000, 2000, 2000}) {
    const Duration wait = backoff.next();
    EXPECT_GE(wait, Duration(step / 2));
    EXPECT_LE(wait, Duration(step));
  }
}

TEST(Backoff, IsJittered) {
  std::set<Duration> waits;
  for (int i = 0; i < 32; ++i) waits.insert(Backoff{Timing{}}.next());
  EXPECT_GT(waits.size(), 4u);
}

TEST(Backoff, IsShortAgainAfterAConnectionThatHeld) {
  Backoff backoff{Timing{}};
  for (int i = 0; i < 6; ++i) (void)backoff.next();
  backoff.on_lost_after(Duration(1'999));
  EXPECT_GE(backoff.next(), Duration(1'000));
  backoff.on_lost_after(Duration(2'000));
  EXPECT_LE(backoff.next(), Duration(100));
}

}  // namespace
}  // namespace crema::redis
