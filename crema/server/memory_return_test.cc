#include "crema/server/memory_return.h"

#include <gtest/gtest.h>

namespace crema::server {
namespace {

constexpr size_t kDropMin = 256;
constexpr base::Duration kQuiet = std::chrono::seconds(1);

class MemoryReturnTest : public testing::Test {
 protected:
  // The turn in which the wheel is that much further.
  void after(base::Duration time, size_t held) {
    now_ += time;
    loop_.wheel().advance(now_);
    memory_.note(held);
  }

  net::Loop loop_;
  base::TimePoint now_ = loop_.now();
  int returned_ = 0;
  MemoryReturn memory_{loop_, {kDropMin, kQuiet}, [this] { ++returned_; }};
};

constexpr base::Duration kAWhile = kQuiet + std::chrono::milliseconds(50);

TEST_F(MemoryReturnTest, ComesWhenHalfHasLeftAndItIsQuiet) {
  memory_.note(1'000);
  memory_.note(500);
  EXPECT_EQ(returned_, 0);
  after(kAWhile, 500);
  EXPECT_EQ(returned_, 1);
  after(kAWhile, 500);
  EXPECT_EQ(returned_, 1) << "once";
}

TEST_F(MemoryReturnTest, ComesAgainWhenHalfOfTheRestHasLeft) {
  memory_.note(1'000);
  memory_.note(500);
  after(kAWhile, 500);
  memory_.note(251);
  after(kAWhile, 251);
  EXPECT_EQ(returned_, 1);
  memory_.note(200);
  after(kAWhile, 200);
  EXPECT_EQ(returned_, 2);
}

TEST_F(MemoryReturnTest, DoesNotComeForAFew) {
  memory_.note(kDropMin - 1);
  memory_.note(0);
  after(kAWhile, 0);
  EXPECT_EQ(returned_, 0);
}

TEST_F(MemoryReturnTest, DoesNotComeWhenTheyAreBack) {
  memory_.note(1'000);
  memory_.note(0);
  after(std::chrono::milliseconds(100), 900);
  after(kAWhile, 900);
  after(kAWhile, 900);
  EXPECT_EQ(returned_, 0);
}

}  // namespace
}  // namespace crema::server
