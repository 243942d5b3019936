#include "crema/net/deadline.h"

#include "crema/net/loop_for_test.h"

#include <gtest/gtest.h>

#include <memory>

namespace crema::net {
namespace {

using namespace std::chrono_literals;

TEST(Deadline, CallsWhenTheMomentHasCome) {
  LoopForTest test;
  std::promise<bool> late;
  auto called = late.get_future();
  std::unique_ptr<Deadline> deadline;
  const auto at = base::steady_now() + 20ms;
  test.on_loop([&] {
    deadline = std::make_unique<Deadline>(test.loop(), at,
                                          [&] { late.set_value(base::steady_now() >= at); });
  });
  EXPECT_TRUE(LoopForTest::get(std::move(called)));
  test.on_loop([&] {
    EXPECT_TRUE(deadline->passed());
    deadline.reset();
  });
}

TEST(Deadline, IsSilentOnceDestroyedAndCanBeMoved) {
  LoopForTest test;
  std::promise<int> order;
  auto last = order.get_future();
  int calls = 0;
  std::unique_ptr<Deadline> dropped, moved, sooner;
  test.on_loop([&] {
    const auto now = base::steady_now();
    dropped = std::make_unique<Deadline>(test.loop(), now + 10ms, [&] { calls += 100; });
    moved = std::make_unique<Deadline>(test.loop(), now + 10ms, [&] { order.set_value(calls); });
    sooner = std::make_unique<Deadline>(test.loop(), now + 30ms, [&] { calls += 1; });
    moved->move_to(now + 100ms);
    dropped.reset();
  });
  EXPECT_EQ(LoopForTest::get(std::move(last)), 1);
  test.on_loop([&] { moved.reset(), sooner.reset(); });
}

}  // namespace
}  // namespace crema::net
