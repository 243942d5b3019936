#include "crema/engineio/session_for_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace crema::engineio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(SessionTest, ClosesWithOneByteWhenAGetIsHeld) {
  Session& session = polling();
  (void)session.start_poll();
  session.close(CloseReason::kForcedClose);
  EXPECT_THAT(listener_.closed, ElementsAre(CloseReason::kForcedClose));
  EXPECT_EQ(host_.times_ended, 0);
  EXPECT_EQ(body(), "1");
  EXPECT_EQ(host_.times_ended, 1);
  EXPECT_EQ(session.state(), Session::State::kClosed);
}

TEST_F(SessionTest, SendsWhatWaitsBeforeTheClose) {
  Session& session = polling();
  (void)session.start_poll();
  session.send_message("1");
  session.close(CloseReason::kForcedClose);
  EXPECT_FALSE(session.send_message("too late"));
  EXPECT_EQ(body(),
            "41\x1e"
            "1");
  EXPECT_EQ(host_.times_ended, 1);
}

TEST_F(SessionTest, ClosesWithANoopBeforeItWhenTheGetComesLater) {
  Session& session = polling();
  session.close(CloseReason::kForcedClose);
  EXPECT_FALSE(body());
  EXPECT_EQ(session.state(), Session::State::kClosing);
  session.on_text("4ignored");
  pass(10s);
  (void)session.start_poll();
  EXPECT_EQ(body(),
            "6\x1e"
            "1");
  EXPECT_EQ(host_.times_ended, 1);
  EXPECT_THAT(listener_.messages, IsEmpty());
  EXPECT_THAT(listener_.closed, ElementsAre(CloseReason::kForcedClose));
}

TEST_F(SessionTest, DeliversWhatWaitsWithTheFirstGetAndTheCloseWithTheNext) {
  Session& session = polling();
  session.send_message("1");
  session.close(CloseReason::kForcedClose);
  EXPECT_FALSE(body());
  (void)session.start_poll();
  EXPECT_EQ(body(), "41");
  EXPECT_EQ(host_.times_ended, 0);
  (void)session.start_poll();
  EXPECT_EQ(body(),
            "6\x1e"
            "1");
  EXPECT_EQ(host_.times_ended, 1);
}

TEST_F(SessionTest, WaitsThirtySecondsForTheGetThatFetchesTheClose) {
  Session& session = polling();
  session.close(CloseReason::kForcedClose);
  (void)body();
  pass(29s + 900ms);
  EXPECT_EQ(session.state(), Session::State::kClosing);
  EXPECT_EQ(host_.times_ended, 0);
  pass(200ms);
  EXPECT_EQ(session.state(), Session::State::kClosed);
  EXPECT_EQ(host_.times_ended, 1);
  EXPECT_EQ(listener_.closed.size(), 1U);
}

TEST_F(SessionTest, OverlappingGetsEndAClosingSessionToo) {
  Session& session = polling();
  session.send_message("a");
  session.close(CloseReason::kForcedClose);
  (void)session.start_poll();
  EXPECT_EQ(session.start_poll(), Session::PollStart::kOverlap);
  EXPECT_EQ(host_.times_ended, 1);
  EXPECT_EQ(listener_.closed.size(), 1U);
}

TEST_F(SessionTest, ClosesAWebSocketOnceItsQueueIsSent) {
  Session& session = websocket();
  session.send_message("a");
  session.close(CloseReason::kForcedClose);
  EXPECT_EQ(host_.times_ended, 0);
  session.flushed(Session::Wire::kBlocked);
  EXPECT_EQ(host_.times_ended, 0) << "the kernel is full";
  EXPECT_THAT(wire(), ElementsAre("4a"));
  EXPECT_EQ(host_.times_ended, 1);
  EXPECT_EQ(host_.ended, "");
}

TEST_F(SessionTest, ClosesAWebSocketThatDoesNotReadInTheEnd) {
  Session& session = websocket();
  session.send_message("a");
  session.flushed(Session::Wire::kBlocked);
  session.close(CloseReason::kForcedClose);
  pass(31s);
  EXPECT_EQ(host_.times_ended, 1);
  EXPECT_EQ(listener_.closed.size(), 1U);
}

TEST_F(SessionTest, EndsBeforeTheListenerWasSet) {
  Session session(std::string(kTestId), TransportKind::kPolling, config_, host_,
                  Session::Upgrades::kNone);
  session.fail(CloseReason::kServerShutdown);
  EXPECT_EQ(host_.ended, "1");
}

TEST(CloseReason, HasTheWordsOfSocketIo) {
  EXPECT_EQ(to_text(CloseReason::kTransportClose), "transport close");
  EXPECT_EQ(to_text(CloseReason::kTransportError), "transport error");
  EXPECT_EQ(to_text(CloseReason::kPingTimeout), "ping timeout");
  EXPECT_EQ(to_text(CloseReason::kParseError), "parse error");
  EXPECT_EQ(to_text(CloseReason::kForcedClose), "forced close");
  EXPECT_EQ(to_text(CloseReason::kServerShutdown), "server shutting down");
  EXPECT_EQ(to_text(CloseReason::kSlowClient), "slow client");
}

}  // namespace
}  // namespace crema::engineio
