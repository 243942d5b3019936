// What recovery keeps, and for how long.
#include "crema/socketio/counters.h"
#include "crema/socketio/recovery_for_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crema::socketio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

using RecoveryBoundsTest = RecoveryTest;

TEST_F(RecoveryBoundsTest, EndsWithItsWindow) {
  const std::string offset = lost_after_first();
  const std::string sid = sid_;
  time_.pass(2min + 100ms);
  hub_.end_turn();
  EXPECT_THAT(host_.open, IsEmpty());
  come_back(offset);
  EXPECT_NE(sid_, sid);
}

TEST_F(RecoveryBoundsTest, ShowsTheSessionThatMissedTooMuch) {
  config_.recovery->ask = RecoveryConfig::Ask::kApplication;
  config_.recovery->bytes_max = 10'000;
  const std::string offset = lost_after_first();
  const std::string sid = sid_;
  for (int i = 0; i < 100; ++i) broadcast("flood");
  application_.accepts = false;
  come_back(offset);
  const ConnectTicket ticket = application_.tickets.back();
  EXPECT_EQ(hub_.recoverable(ticket), nullptr);
  ASSERT_NE(hub_.left_behind(ticket), nullptr);
  EXPECT_EQ(hub_.left_behind(ticket)->id(), sid);
  hub_.accept(ticket, nullptr);
  EXPECT_NE(socket().id(), sid);
  EXPECT_EQ(hub_.lost_sessions(), 0U);
}

TEST_F(RecoveryBoundsTest, KeepsNoMoreThanItsBounds) {
  config_.recovery->bytes_max = 10'000;
  std::string offset = lost_after_first();
  std::string sid = sid_;
  for (int i = 0; i < 100; ++i) broadcast("flood");
  come_back(offset);
  EXPECT_NE(sid_, sid) << "what it missed is gone";
  clients_.clear();

  config_.recovery->missed_bytes_max = 100;
  offset = lost_after_first();
  sid = sid_;
  for (int i = 0; i < 10; ++i) broadcast("flood");
  come_back(offset);
  EXPECT_NE(sid_, sid) << "it would not fit its queue";
}

TEST_F(RecoveryBoundsTest, CountsTheNumbersOfWhatWasMissed) {
  connect();
  broadcast("e");
  const size_t bytes = 2 + std::string(R"(42/a,["e",1])").size();
  const std::string offset = offset_of(clients_.back()->received().at(0));
  const std::string sid = sid_;
  lose();
  for (int i = 0; i < 10; ++i) broadcast("e");
  config_.recovery->missed_bytes_max = 10 * (bytes + kNumberBytes);
  EXPECT_EQ(come_back(offset).size(), 10U);
  EXPECT_EQ(sid_, sid);
  lose();
  for (int i = 0; i < 10; ++i) broadcast("e");
  config_.recovery->missed_bytes_max = 10 * bytes;
  come_back(offset);
  EXPECT_NE(sid_, sid);
}

TEST_F(RecoveryBoundsTest, KeepsNoMoreSessionsThanItsBound) {
  config_.recovery->sessions_max = 2;
  connect();
  const std::string first = pid_;
  lose();
  for (int i = 0; i < 2; ++i) {
    connect();
    lose();
  }
  const std::string last = sid_;
  connect(R"({"pid":")" + pid_ + R"("})");
  EXPECT_EQ(sid_, last);
  connect(R"({"pid":")" + first + R"("})");
  EXPECT_NE(pid_, first);
}

TEST_F(RecoveryBoundsTest, DoesNotKeepAnEventThatIsLargerThanTheBound) {
  config_.recovery->bytes_max = 1;
  connect();
  broadcast("large");
  EXPECT_EQ(hub_.event_logs().bytes(), 0U);
  EXPECT_THAT(names(clients_.back()->received()), ElementsAre("large"));
}

TEST_F(RecoveryBoundsTest, DropsTheOldestEventOfAllNamespaces) {
  connect();
  broadcast("of a");
  const std::string offset = offset_of(clients_.back()->received().at(0));
  broadcast("of a, not received");
  lose();
  open().send("0/b,");
  const size_t one = hub_.event_logs().bytes() / 2;
  hub_.event_logs().set_bound(10 * one);
  const int64_t dropped = kRecoveryEventsOfAll.value();
  for (int i = 0; i < 20; ++i) {
    auto b = make_broadcast("/b", {}, "of b", "1");
    hub_.number(b);
    hub_.deliver(b);
  }
  EXPECT_GT(kRecoveryEventsOfAll.value(), dropped);
  EXPECT_LE(hub_.event_logs().bytes(), 10 * one);
  const std::string sid = sid_;
  come_back(offset);
  EXPECT_NE(sid_, sid) << "what it missed is gone, for another namespace was busy";
}

TEST_F(RecoveryBoundsTest, DropsWhatIsTooOldInAnIdleNamespaceToo) {
  lost_after_first();
  open().send("0/b,");
  time_.pass(config_.recovery->window + config_.recovery->unnoticed_max + 1s);
  auto b = make_broadcast("/b", {}, "of b", "1");
  hub_.number(b);
  hub_.deliver(b);
  const size_t one = hub_.event_logs().bytes();
  hub_.deliver(b);
  EXPECT_EQ(hub_.event_logs().bytes(), 2 * one) << "nothing of the first is left";
}

TEST_F(RecoveryBoundsTest, OfAllNamespacesTheOneWithOneMoreLosesItsOldestSession) {
  config_.recovery->total_sessions_max = 1;
  connect();
  const std::string kept = sid_;
  const std::string pid = pid_;
  lose();
  open().send("0/b,");
  lose();
  EXPECT_EQ(hub_.lost_sessions(), 1U) << "that of /b was the one too many";
  connect(R"({"pid":")" + pid + R"("})");
  EXPECT_EQ(sid_, kept);
}

}  // namespace
}  // namespace crema::socketio
