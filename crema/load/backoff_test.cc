#include "crema/load/backoff.h"

#include <gtest/gtest.h>

namespace crema::load {
namespace {

using std::chrono::milliseconds;

TEST(Backoff, WaitsTwiceAsLongEachTime) {
  Backoff backoff;
  EXPECT_EQ(backoff.next(0), milliseconds(1000));
  EXPECT_EQ(backoff.next(0), milliseconds(2000));
  EXPECT_EQ(backoff.next(0), milliseconds(4000));
}

// The values of contrib/backo2.js for these chances.
TEST(Backoff, SpreadsByChanceAsTheOfficialClientDoes) {
  EXPECT_EQ(Backoff().next(0.05), milliseconds(975));
  EXPECT_EQ(Backoff().next(0.15), milliseconds(1075));
  EXPECT_EQ(Backoff().next(0.899), milliseconds(551));
  EXPECT_EQ(Backoff().next(0.999), milliseconds(1499));
}

TEST(Backoff, NeverWaitsLongerThanFiveSeconds) {
  Backoff backoff;
  (void)backoff.next(0.999);
  EXPECT_EQ(backoff.next(0.999), milliseconds(2999));
  EXPECT_EQ(backoff.next(0.999), milliseconds(5000));
}

TEST(Backoff, IsSpentAfterThreeAttemptsUntilReset) {
  Backoff backoff;
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(backoff.is_spent());
    (void)backoff.next(0);
  }
  EXPECT_TRUE(backoff.is_spent());
  backoff.reset();
  EXPECT_FALSE(backoff.is_spent());
  EXPECT_EQ(backoff.next(0), milliseconds(1000));
}

}  // namespace
}  // namespace crema::load
