#include "crema/engineio/session_for_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crema::engineio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(SessionTest, UpgradesToWebSocket) {
  Session& session = polling();
  (void)session.start_poll();
  EXPECT_TRUE(session.start_upgrade());
  EXPECT_TRUE(session.upgrading());
  EXPECT_EQ(session.on_upgrade_text("2probe"), Session::UpgradeStep::kSendProbeAnswer);
  EXPECT_EQ(body(), "6");
  EXPECT_EQ(session.on_upgrade_text("2probe"), Session::UpgradeStep::kSendProbeAnswer);
  EXPECT_EQ(session.on_upgrade_text("5"), Session::UpgradeStep::kDone);
  EXPECT_FALSE(session.upgrading());
  EXPECT_EQ(session.transport(), TransportKind::kWebSocket);
  EXPECT_EQ(host_.upgrades_dropped, 0);
  session.on_text("4a");
  EXPECT_THAT(listener_.messages, ElementsAre("t:a"));
}

TEST_F(SessionTest, UpgradesWithoutAProbe) {
  Session& session = polling();
  (void)session.start_poll();
  EXPECT_TRUE(session.start_upgrade());
  EXPECT_EQ(session.on_upgrade_text("5"), Session::UpgradeStep::kDone);
  EXPECT_FALSE(session.poll_pending());
  EXPECT_EQ(session.start_poll(), Session::PollStart::kWrongTransport);
}

TEST_F(SessionTest, AnswersAGetThatComesAfterTheProbe) {
  Session& session = polling();
  (void)session.start_upgrade();
  (void)session.on_upgrade_text("2probe");
  (void)session.start_poll();
  EXPECT_EQ(body(), "6");
}

TEST_F(SessionTest, HoldsAGetUntilTheProbe) {
  Session& session = polling();
  (void)session.start_upgrade();
  (void)session.start_poll();
  EXPECT_FALSE(body());
  session.send_message("a");
  EXPECT_EQ(body(), "4a");
}

TEST_F(SessionTest, SendsWhatCameDuringTheUpgradeInOrder) {
  Session& session = polling();
  (void)session.start_upgrade();
  (void)session.on_upgrade_text("2probe");
  session.send_message("a");
  EXPECT_FALSE(body());
  session.send_message("b");
  EXPECT_EQ(session.on_upgrade_text("5"), Session::UpgradeStep::kDone);
  session.send_message("c");
  EXPECT_THAT(wire(), ElementsAre("4a", "4b", "4c"));
}

TEST_F(SessionTest, RefusesASecondUpgrade) {
  Session& session = polling();
  EXPECT_TRUE(session.start_upgrade());
  EXPECT_FALSE(session.start_upgrade());
  EXPECT_TRUE(session.upgrading());
  (void)session.on_upgrade_text("5");
  EXPECT_FALSE(session.start_upgrade());
  EXPECT_EQ(host_.upgrades_dropped, 0);
}

TEST_F(SessionTest, RefusesAnUpgradeOfAWebSocket) { EXPECT_FALSE(websocket().start_upgrade()); }

TEST_F(SessionTest, DropsAnUpgradeThatSaysAnythingElse) {
  for (const char* text : {"", "2", "3", "4a", "5x", "2probe ", "1", "b"}) {
    Session& session = polling();
    host_.upgrades_dropped = 0;
    (void)session.start_upgrade();
    EXPECT_EQ(session.on_upgrade_text(text), Session::UpgradeStep::kRefused) << text;
    EXPECT_EQ(host_.upgrades_dropped, 1) << text;
    EXPECT_FALSE(session.upgrading());
    EXPECT_EQ(session.on_upgrade_text("5"), Session::UpgradeStep::kRefused);
    EXPECT_EQ(session.transport(), TransportKind::kPolling);
    EXPECT_TRUE(session.start_upgrade()) << "a later attempt is allowed";
    session.abort_upgrade();
  }
  EXPECT_THAT(listener_.closed, IsEmpty());
  EXPECT_THAT(listener_.messages, IsEmpty());
}

TEST_F(SessionTest, DropsAnUpgradeThatDoesNotComplete) {
  Session& session = polling();
  (void)session.start_upgrade();
  (void)session.on_upgrade_text("2probe");
  pass(9s + 900ms);
  EXPECT_EQ(host_.upgrades_dropped, 0);
  pass(200ms);
  EXPECT_EQ(host_.upgrades_dropped, 1);
  EXPECT_FALSE(session.upgrading());
  EXPECT_EQ(session.state(), Session::State::kOpen);
  pass(15s);
  (void)session.start_poll();
  EXPECT_EQ(body(), "2") << "the heartbeat goes on";
}

TEST_F(SessionTest, KeepsNoDeadlineOfACompletedUpgrade) {
  Session& session = polling();
  (void)session.start_upgrade();
  (void)session.on_upgrade_text("5");
  pass(20s);
  EXPECT_EQ(host_.upgrades_dropped, 0);
  EXPECT_EQ(session.state(), Session::State::kOpen);
  pass(6s);
  EXPECT_THAT(wire(), ElementsAre("2"));
}

TEST_F(SessionTest, GoesOnPollingWhenTheUpgradingSocketIsLost) {
  Session& session = polling();
  (void)session.start_upgrade();
  session.abort_upgrade();
  session.abort_upgrade();
  EXPECT_EQ(host_.upgrades_dropped, 1);
  session.send_message("a");
  (void)session.start_poll();
  EXPECT_EQ(body(), "4a");
}

TEST_F(SessionTest, TakesTheUpgradingSocketWithIt) {
  Session& session = polling();
  (void)session.start_upgrade();
  session.fail(CloseReason::kTransportError);
  EXPECT_EQ(host_.upgrades_dropped, 1);
  EXPECT_EQ(session.on_upgrade_text("5"), Session::UpgradeStep::kRefused);
}

TEST_F(SessionTest, DropsTheUpgradeWhenItIsClosedFromAbove) {
  Session& session = polling();
  (void)session.start_upgrade();
  session.close(CloseReason::kForcedClose);
  EXPECT_EQ(host_.upgrades_dropped, 1);
  EXPECT_EQ(session.state(), Session::State::kClosing);
  pass(11s);
  EXPECT_EQ(host_.times_ended, 0) << "still waits for the GET";
}

}  // namespace
}  // namespace crema::engineio
