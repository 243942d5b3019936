#include "crema/engineio/session.h"

#include "crema/engineio/session_for_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace crema::engineio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// --- handshake ---

TEST_F(SessionTest, OffersAnUpgradeToAPollingClient) {
  Session& session = open(TransportKind::kPolling);
  EXPECT_FALSE(body());
  EXPECT_EQ(session.start_poll(), Session::PollStart::kHeld);
  EXPECT_EQ(body(),
            R"(0{"sid":"AAAAAAAAAAAAAAAAAAAA","upgrades":["websocket"],"pingInterval":25000,)"
            R"("pingTimeout":20000,"maxPayload":1000000})");
  EXPECT_FALSE(session.poll_pending());
}

TEST_F(SessionTest, OffersNoUpgradeToAWebSocket) {
  config_.ping_interval = 300ms;
  config_.ping_timeout = 200ms;
  config_.max_payload_bytes = 5;
  open(TransportKind::kWebSocket);
  EXPECT_THAT(wire(),
              ElementsAre(R"(0{"sid":"AAAAAAAAAAAAAAAAAAAA","upgrades":[],"pingInterval":300,)"
                          R"("pingTimeout":200,"maxPayload":5})"));
}

TEST_F(SessionTest, SendsTheInitialPacketBehindTheOpenPacket) {
  config_.initial_packet = "hello";
  open(TransportKind::kWebSocket);
  const auto sent = wire();
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_EQ(sent[0].front(), '0');
  EXPECT_EQ(sent[1], "4hello");
  (void)open(TransportKind::kPolling).start_poll();
  EXPECT_THAT(*body(), testing::EndsWith("\x1e"
                                         "4hello"));
}

// --- polling ---

TEST_F(SessionTest, HoldsAGetUntilThereIsSomethingToSay) {
  Session& session = polling();
  EXPECT_EQ(session.start_poll(), Session::PollStart::kHeld);
  EXPECT_FALSE(body());
  EXPECT_TRUE(session.poll_pending());
  EXPECT_TRUE(session.writable());
  session.send_message("a");
  EXPECT_EQ(body(), "4a");
  EXPECT_FALSE(session.poll_pending());
  EXPECT_FALSE(session.writable());
}

TEST_F(SessionTest, PutsMoreIntoABodyThanAClientMaySend) {
  config_.max_payload_bytes = 10;
  Session& session = polling();
  for (int i = 0; i < 3; ++i) session.send_message("0123456789");
  (void)session.start_poll();
  EXPECT_EQ(body(),
            "40123456789\x1e"
            "40123456789\x1e"
            "40123456789");
}

TEST_F(SessionTest, AnswersWithEverythingThatWaits) {
  Session& session = polling();
  session.send_message("a");
  session.send(OutPacket::binary("\x01\x02\xff"));
  session.send_message("");
  EXPECT_FALSE(body());
  (void)session.start_poll();
  EXPECT_EQ(body(),
            "4a\x1e"
            "bAQL/\x1e"
            "4");
}

TEST_F(SessionTest, AsksForOneFlushPerTurn) {
  Session& session = polling();
  (void)session.start_poll();
  host_.flushes_asked = 0;
  session.send_message("a");
  session.send_message("b");
  EXPECT_EQ(host_.flushes_asked, 1);
  EXPECT_EQ(body(),
            "4a\x1e"
            "4b");
  session.send_message("c");
  EXPECT_EQ(host_.flushes_asked, 2);
}

TEST_F(SessionTest, FailsOnASecondGet) {
  Session& session = polling();
  (void)session.start_poll();
  EXPECT_EQ(session.start_poll(), Session::PollStart::kOverlap);
  EXPECT_EQ(session.state(), Session::State::kClosed);
  EXPECT_EQ(host_.ended, "1");
  EXPECT_THAT(listener_.closed, ElementsAre(CloseReason::kTransportError));
}

TEST_F(SessionTest, FailsWhenTheHeldGetIsAborted) {
  Session& session = polling();
  (void)session.start_poll();
  session.on_poll_aborted();
  EXPECT_EQ(session.state(), Session::State::kClosed);
  EXPECT_THAT(listener_.closed, ElementsAre(CloseReason::kTransportError));
  EXPECT_EQ(host_.times_ended, 1);
}

TEST_F(SessionTest, OutlivesAnAbortedConnectionThatHeldNoGet) {
  Session& session = polling();
  session.on_poll_aborted();
  EXPECT_EQ(session.state(), Session::State::kOpen);
}

TEST_F(SessionTest, RefusesAGetOfAWebSocketSession) {
  Session& session = websocket();
  EXPECT_EQ(session.start_poll(), Session::PollStart::kWrongTransport);
  EXPECT_EQ(session.state(), Session::State::kOpen);
}

// --- packets ---

TEST_F(SessionTest, HandsMessagesUp) {
  Session& session = websocket();
  session.on_text("4hello");
  session.on_text("4");
  session.on_text("bAQI=");
  session.on_text("b!!!");
  session.on_binary("\x03");
  EXPECT_THAT(listener_.messages, ElementsAre("t:hello", "t:", "b:\x01\x02", "b:", "b:\x03"));
}

TEST_F(SessionTest, IgnoresPacketsThatMeanNothingFromAClient) {
  Session& session = websocket();
  for (const char* text : {"0", "0{}", "5", "6", "3", "3probe"}) session.on_text(text);
  EXPECT_EQ(session.state(), Session::State::kOpen);
  EXPECT_THAT(listener_.messages, IsEmpty());
}

TEST_F(SessionTest, ClosesOnAPacketItCannotRead) {
  for (const char* text : {"", "7", "a", "abc", "B", "\xff"}) {
    listener_ = {};
    Session& session = websocket();
    session.on_text(text);
    EXPECT_EQ(session.state(), Session::State::kClosed) << text;
    EXPECT_THAT(listener_.closed, ElementsAre(CloseReason::kParseError)) << text;
  }
}

TEST_F(SessionTest, ClosesOnAPingFromTheClient) {
  Session& session = polling();
  (void)session.start_poll();
  session.on_text("2");
  EXPECT_EQ(host_.ended, "1");
  EXPECT_THAT(listener_.closed, ElementsAre(CloseReason::kTransportError));
}

TEST_F(SessionTest, AnswersTheHeldGetWithANoopWhenTheClientCloses) {
  Session& session = polling();
  (void)session.start_poll();
  session.on_text("1");
  EXPECT_EQ(host_.ended, "6");
  EXPECT_EQ(host_.times_ended, 1);
  EXPECT_THAT(listener_.closed, ElementsAre(CloseReason::kTransportClose));
}

TEST_F(SessionTest, AnswersTheHeldGetWithACloseAfterABadPacket) {
  Session& session = polling();
  (void)session.start_poll();
  session.on_text("abc");
  EXPECT_EQ(host_.ended, "1");
}

TEST_F(SessionTest, HearsNothingOnceClosed) {
  Session& session = websocket();
  session.fail(CloseReason::kTransportClose);
  session.on_text("4a");
  session.on_text("");
  session.on_binary("a");
  session.fail(CloseReason::kTransportError);
  session.close(CloseReason::kForcedClose);
  session.on_poll_aborted();
  session.flushed(Session::Wire::kReady);
  EXPECT_FALSE(session.send_message("a"));
  EXPECT_FALSE(session.start_upgrade());
  EXPECT_FALSE(session.writable());
  EXPECT_TRUE(session.queue().empty());
  EXPECT_THAT(listener_.messages, IsEmpty());
  EXPECT_THAT(listener_.closed, ElementsAre(CloseReason::kTransportClose));
  EXPECT_EQ(host_.times_ended, 1);
  EXPECT_EQ(host_.wheel().size(), 0U);
}

// --- bounds ---

TEST_F(SessionTest, ClosesAClientThatDoesNotRead) {
  config_.queued_bytes_max = 100;
  Session& session = websocket();
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(session.send_message("0123456789"));
  EXPECT_EQ(session.state(), Session::State::kOpen) << "sending never closes";
  session.flushed(Session::Wire::kBlocked);
  EXPECT_EQ(session.state(), Session::State::kClosed);
  EXPECT_THAT(listener_.closed, ElementsAre(CloseReason::kSlowClient));
}

TEST_F(SessionTest, ClosesAClientThatStaysBlocked) {
  config_.queued_bytes_max = 100;
  Session& session = websocket();
  session.send_message("0123456789");
  session.flushed(Session::Wire::kBlocked);
  const int asked = host_.flushes_asked;
  for (int i = 0; i < 5; ++i) session.send_message("0123456789");
  EXPECT_EQ(host_.flushes_asked, asked) << "the kernel takes nothing";
  for (int i = 0; i < 5; ++i) session.send_message("0123456789");
  EXPECT_EQ(host_.flushes_asked, asked + 1) << "more waits than may";
  session.flushed(Session::Wire::kBlocked);
  EXPECT_THAT(listener_.closed, ElementsAre(CloseReason::kSlowClient));
}

TEST_F(SessionTest, ClosesAPollingClientThatDoesNotPoll) {
  config_.queued_bytes_max = 100;
  Session& session = polling();
  for (int i = 0; i < 10; ++i) session.send_message("0123456789");
  (void)body();
  EXPECT_EQ(session.state(), Session::State::kClosed);
  EXPECT_THAT(listener_.closed, ElementsAre(CloseReason::kSlowClient));
}

TEST_F(SessionTest, HasRoomForOneMessageOfAnySizeAndItsCompany) {
  config_.queued_bytes_max = 100;
  Session& session = websocket();
  session.send_message(std::string(1000, 'x'));
  session.flushed(Session::Wire::kBlocked);
  EXPECT_EQ(session.state(), Session::State::kOpen);
  session.consume(200);
  session.flushed(Session::Wire::kBlocked);
  EXPECT_EQ(session.state(), Session::State::kOpen) << "the same message, a part of it gone";
  for (int i = 0; i < 9; ++i) session.send_message("0123456789");
  session.flushed(Session::Wire::kBlocked);
  EXPECT_EQ(session.state(), Session::State::kOpen) << "what waits behind it is within the bound";
  for (int i = 0; i < 17; ++i) session.send_message("0123456789");
  session.flushed(Session::Wire::kBlocked);
  EXPECT_EQ(session.state(), Session::State::kClosed);
}

TEST_F(SessionTest, HasRoomForALargeMessageBehindASmallOne) {
  config_.queued_bytes_max = 100;
  Session& session = polling();
  session.send_message("y");
  session.send_message(std::string(1000, 'x'));
  session.send_message("z");
  session.flushed(Session::Wire::kReady);
  EXPECT_EQ(session.state(), Session::State::kOpen);
  EXPECT_EQ(session.start_poll(), Session::PollStart::kHeld);
  EXPECT_THAT(body().value_or(""), HasSubstr(std::string(1000, 'x')));
  session.send_message(std::string(60, 'x'));
  session.send_message(std::string(60, 'x'));
  session.flushed(Session::Wire::kReady);
  EXPECT_EQ(session.state(), Session::State::kOpen);
  session.send_message(std::string(60, 'x'));
  session.flushed(Session::Wire::kReady);
  EXPECT_EQ(session.state(), Session::State::kClosed) << "the large one is gone, and its allowance";
}

TEST_F(SessionTest, CountsOnlyWhatTheKernelDidNotTake) {
  config_.queued_bytes_max = 100;
  Session& session = websocket();
  for (int i = 0; i < 100; ++i) {
    session.send_message(std::string(90, 'x'));
    EXPECT_EQ(wire().size(), 1U);
  }
  EXPECT_EQ(session.state(), Session::State::kOpen);
}

TEST_F(SessionTest, AsksForAFlushAtOnceWhenALotWaits) {
  Session& session = websocket();
  host_.flushes_asked = 0;
  session.send_message(std::string(kGatherBytes, 'x'));
  session.send_message("y");
  EXPECT_EQ(host_.flushes_asked, 2);
}

TEST_F(SessionTest, DoesNotAskWhileTheKernelIsFull) {
  Session& session = websocket();
  session.send_message("a");
  session.flushed(Session::Wire::kBlocked);
  host_.flushes_asked = 0;
  session.send_message("b");
  EXPECT_EQ(host_.flushes_asked, 0);
  EXPECT_FALSE(session.writable());
  EXPECT_THAT(wire(), ElementsAre("4a", "4b"));
  EXPECT_TRUE(session.writable());
}

// --- re-entrancy ---

TEST_F(SessionTest, MayBeClosedByItsOwnMessage) {
  Session& session = websocket();
  listener_.on_message = [&] { session.close(CloseReason::kForcedClose); };
  session.on_text("4a");
  session.on_text("4b");
  EXPECT_THAT(listener_.messages, ElementsAre("t:a"));
  EXPECT_EQ(session.state(), Session::State::kClosing);
}

TEST_F(SessionTest, IsClosedWhenItsListenerIsTold) {
  Session& session = websocket();
  listener_.on_closed = [&] {
    EXPECT_FALSE(session.send_message("a"));
    session.close(CloseReason::kForcedClose);
    session.fail(CloseReason::kTransportError);
  };
  session.fail(CloseReason::kTransportClose);
  EXPECT_THAT(listener_.closed, ElementsAre(CloseReason::kTransportClose));
  EXPECT_EQ(host_.times_ended, 1);
}

}  // namespace
}  // namespace crema::engineio
