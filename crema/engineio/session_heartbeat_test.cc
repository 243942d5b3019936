#include "crema/engineio/session_for_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crema::engineio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(SessionTest, PingsAnIntervalAfterThePong) {
  config_.ping_interval = 500ms;
  config_.ping_timeout = 400ms;
  Session& session = websocket();
  pass(480ms);
  EXPECT_THAT(wire(), IsEmpty());
  pass(32ms);
  EXPECT_THAT(wire(), ElementsAre("2"));
  pass(300ms);
  session.on_text("3");
  pass(480ms);
  EXPECT_THAT(wire(), IsEmpty());
  pass(48ms);
  EXPECT_THAT(wire(), ElementsAre("2"));
  EXPECT_EQ(session.state(), Session::State::kOpen);
}

TEST_F(SessionTest, PingsInTimeWhenTheTimeoutIsLongerThanTheInterval) {
  config_.ping_interval = 1s;
  config_.ping_timeout = 60s;
  Session& session = websocket();
  for (int i = 0; i < 3; ++i) {
    pass(1s + 32ms);
    EXPECT_THAT(wire(), ElementsAre("2"));
    session.on_text("3");
  }
}

TEST_F(SessionTest, PingsThroughPollingDuringAnUpgradeAndIsAnsweredOverEither) {
  config_.ping_interval = 1s;
  Session& session = polling();
  (void)session.start_upgrade();
  (void)session.start_poll();
  pass(1s + 32ms);
  EXPECT_EQ(body(), "2");
  EXPECT_EQ(session.on_upgrade_text("5"), Session::UpgradeStep::kDone);
  session.on_text("3");
  pass(1s + 32ms);
  EXPECT_THAT(wire(), ElementsAre("2")) << "the heartbeat is the session's, not the transport's";
  EXPECT_EQ(session.state(), Session::State::kOpen);
}

TEST_F(SessionTest, ClosesWhenPongIsLate) {
  websocket();
  pass(25s + 16ms);
  EXPECT_THAT(wire(), ElementsAre("2"));
  pass(19s + 900ms);
  EXPECT_THAT(listener_.closed, IsEmpty());
  pass(200ms);
  EXPECT_THAT(listener_.closed, ElementsAre(CloseReason::kPingTimeout));
  EXPECT_EQ(host_.times_ended, 1);
}

TEST_F(SessionTest, AnswersTheHeldGetWhenThePongIsLate) {
  Session& session = polling();
  pass(25s + 16ms);
  (void)session.start_poll();
  EXPECT_EQ(body(), "2");
  (void)session.start_poll();
  pass(21s);
  EXPECT_EQ(host_.ended, "1");
}

TEST_F(SessionTest, IsExtendedOnceByAnotherPacket) {
  config_.ping_interval = 500ms;
  config_.ping_timeout = 400ms;
  Session& session = websocket();
  pass(512ms);
  pass(208ms);
  session.on_text("4a");  // Now alive until 720 + 400.
  pass(208ms);
  session.on_binary("b");
  session.on_text("4c");
  EXPECT_EQ(session.state(), Session::State::kOpen);
  pass(160ms);
  EXPECT_EQ(session.state(), Session::State::kOpen);
  pass(48ms);
  EXPECT_THAT(listener_.closed, ElementsAre(CloseReason::kPingTimeout));
}

TEST_F(SessionTest, IsNotKeptAliveByMessagesAlone) {
  Session& session = websocket();
  for (int i = 0; i < 50 && session.state() == Session::State::kOpen; ++i) {
    pass(1s);
    session.on_text("4a");
    (void)wire();
  }
  EXPECT_THAT(listener_.closed, ElementsAre(CloseReason::kPingTimeout));
}

TEST_F(SessionTest, ToleratesPongsNobodyAskedFor) {
  Session& session = websocket();
  for (int i = 0; i < 1000; ++i) session.on_text("3");
  pass(24s);
  session.on_text("3");
  pass(24s);
  EXPECT_THAT(wire(), IsEmpty());
  pass(1s + 16ms);
  EXPECT_THAT(wire(), ElementsAre("2"));
  EXPECT_EQ(host_.wheel().size(), 1U);
}

}  // namespace
}  // namespace crema::engineio
