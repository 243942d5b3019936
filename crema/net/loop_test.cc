#include "crema/net/loop.h"

#include "crema/base/log.h"
#include "crema/net/loop_for_test.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

namespace crema::net {
namespace {

TEST(Loop, RunsPostsInOrderOnItsThread) {
  LoopForTest test;
  std::vector<int> order;
  bool on_thread = false;
  for (int i = 0; i < 100; ++i) test.loop().post([&order, i] { order.push_back(i); });
  test.on_loop([&] { on_thread = test.loop().is_this_thread(); });
  ASSERT_EQ(order.size(), 100u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(order[i], i);
  EXPECT_TRUE(on_thread);
  EXPECT_FALSE(test.loop().is_this_thread());
}

TEST(Loop, EndsATurnBeforeWhatWasPostedForTheNext) {
  Loop loop;
  std::vector<std::string> order;
  loop.at_turn_end([&] { order.push_back("end"); });
  loop.post([&] {
    loop.post_next_turn([&] {
      order.push_back("next turn");
      loop.stop();
    });
    loop.post([&] { order.push_back("this turn"); });
  });
  loop.run();
  ASSERT_GE(order.size(), 3u);
  EXPECT_EQ(order[0], "this turn");
  EXPECT_EQ(order[1], "end");
  EXPECT_EQ(order[2], "next turn");
}

TEST(Loop, EndsATurnThatWouldNotEnd) {
  Loop loop;
  int handled = 0;
  std::vector<int> per_turn;
  loop.at_turn_end([&] {
    per_turn.push_back(std::exchange(handled, 0));
    if (per_turn.size() == 3) loop.stop();
  });
  std::function<void()> again = [&] {
    ++handled;
    loop.post(again);
  };
  again();
  loop.run();
  for (const int n : per_turn) EXPECT_LE(n, Loop::kTurnHandlers + 1);
}

Task<void> fails() {
  throw std::runtime_error("on purpose");
  co_return;
}

TEST(Loop, OutlivesACoroutineThatThrows) {
  std::vector<std::string> lines;
  log::set_sink([&](log::Level, std::string_view line) { lines.emplace_back(line); });
  LoopForTest test;
  test.loop().spawn("fails", fails());
  test.on_loop([] {});
  test.on_loop([] {});
  EXPECT_EQ(test.loop().spawned(), 0);
  test.stop();
  log::set_sink(nullptr);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_NE(lines[0].find("on purpose"), std::string::npos) << lines[0];
}

}  // namespace
}  // namespace crema::net
