#include "crema/load/engine.h"

#include "crema/load/wires_for_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crema::load {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Kind = EngineEvent::Kind;

constexpr auto kGet = "poll: GET /socket.io/?EIO=4&transport=polling&sid=S1";
constexpr auto kPostLine = "post: POST /socket.io/?EIO=4&transport=polling&sid=S1 ";
constexpr auto kPollStale = "HTTP/1.1 400 Bad Request\r\ncontent-length: 2\r\n\r\n{}";

class EngineTest : public ::testing::Test {
 protected:
  void start(Transport transport) {
    options.transport = transport;
    engine.start(actions);
  }
  // What the engine wants done because of it.
  std::vector<std::string> receive(Wire wire, const std::string& bytes) {
    begin_turn();
    std::string_view view = bytes;
    engine.on_bytes(wire, view, events, actions);
    left = view;
    return words_of(actions);
  }
  std::vector<std::string> lose(Wire wire) {
    begin_turn();
    engine.on_closed(wire, "end of stream", events, actions);
    return words_of(actions);
  }
  std::vector<std::string> send(std::string packet) {
    begin_turn();
    engine.send(std::move(packet), actions);
    return words_of(actions);
  }
  void begin_turn() {
    actions.clear();
    events.clear();
  }
  std::vector<Kind> kinds() const {
    std::vector<Kind> all;
    for (const auto& event : events) all.push_back(event.kind);
    return all;
  }
  void probe() {
    start(Transport::kUpgrade);
    receive(Wire::kPost, answer(kOpenPacket));
    receive(Wire::kWebSocket, std::string(kAccepted));
  }

  Options options;
  Script script{options};
  Engine engine{script, 7};
  Actions actions;
  EngineEvents events;
  std::string left;
};

TEST_F(EngineTest, OpensByWebSocketOnItsOwnWire) {
  start(Transport::kWebSocket);
  EXPECT_THAT(
      words_of(actions),
      ElementsAre("websocket: open", "websocket: GET /socket.io/?EIO=4&transport=websocket"));
  EXPECT_THAT(receive(Wire::kWebSocket, std::string(kAccepted)), IsEmpty());
  EXPECT_FALSE(engine.is_open());
  EXPECT_THAT(receive(Wire::kWebSocket, text_frame(kOpenPacket)), IsEmpty());
  EXPECT_THAT(kinds(), ElementsAre(Kind::kOpen));
  EXPECT_TRUE(engine.is_settled());
  EXPECT_EQ(engine.silence_max(), std::chrono::seconds(45));
  EXPECT_THAT(send("40"), ElementsAre("websocket: " + client_frame("40")));
}

TEST_F(EngineTest, PollsAndPostsOnTwoWires) {
  start(Transport::kPolling);
  EXPECT_THAT(words_of(actions),
              ElementsAre("post: open", "post: GET /socket.io/?EIO=4&transport=polling"));
  EXPECT_THAT(receive(Wire::kPost, answer(kOpenPacket)), ElementsAre("poll: open", kGet));
  EXPECT_TRUE(engine.is_settled());
  EXPECT_THAT(send("40"), ElementsAre(std::string(kPostLine) + "40"));
  EXPECT_THAT(receive(Wire::kPost, answer("ok")), IsEmpty());
  EXPECT_THAT(receive(Wire::kPoll, answer("40{}\x1e"
                                          "42[]")),
              ElementsAre(kGet));
  EXPECT_THAT(kinds(), ElementsAre(Kind::kMessage, Kind::kMessage));
  EXPECT_EQ(events[1].text, "42[]");
}

TEST_F(EngineTest, PostsOneAtATime) {
  start(Transport::kPolling);
  receive(Wire::kPost, answer(kOpenPacket));
  send("40");
  EXPECT_THAT(send("421"), IsEmpty());
  EXPECT_THAT(send("422"), IsEmpty());
  EXPECT_THAT(receive(Wire::kPost, answer("ok")), ElementsAre(std::string(kPostLine) + "421\x1e"
                                                                                       "422"));
}

TEST_F(EngineTest, AnswersHeartbeatsByEveryTransport) {
  start(Transport::kPolling);
  receive(Wire::kPost, answer(kOpenPacket));
  EXPECT_THAT(receive(Wire::kPoll, answer("2")), ElementsAre(std::string(kPostLine) + "3", kGet));
  EXPECT_THAT(kinds(), ElementsAre(Kind::kHeartbeat));
}

TEST_F(EngineTest, OpensAnIdleWireAgainThatTheServerClosed) {
  start(Transport::kPolling);
  receive(Wire::kPost, answer(kOpenPacket));
  EXPECT_THAT(lose(Wire::kPost), IsEmpty());
  EXPECT_TRUE(engine.is_open());
  EXPECT_THAT(send("40"), ElementsAre("post: open", std::string(kPostLine) + "40"));
}

TEST_F(EngineTest, ProbesOnAThirdWireWhileItPolls) {
  start(Transport::kUpgrade);
  EXPECT_THAT(
      receive(Wire::kPost, answer(kOpenPacket)),
      ElementsAre("websocket: open", "websocket: GET /socket.io/?EIO=4&transport=websocket&sid=S1",
                  "poll: open", kGet));
  EXPECT_THAT(receive(Wire::kWebSocket, std::string(kAccepted)),
              ElementsAre("websocket: " + client_frame("2probe")));
  EXPECT_THAT(send("40"), ElementsAre(std::string(kPostLine) + "40"));
  EXPECT_FALSE(engine.is_settled());
}

TEST_F(EngineTest, UpgradesWhenThePollAndThePostAreDone) {
  probe();
  send("40");
  EXPECT_THAT(receive(Wire::kWebSocket, text_frame("3probe")), IsEmpty());
  EXPECT_THAT(send("42"), IsEmpty()) << "it waits for the transport";
  EXPECT_THAT(receive(Wire::kPoll, answer("40{}")), IsEmpty()) << "paused, and the POST is out";
  EXPECT_THAT(receive(Wire::kPost, answer("ok")),
              ElementsAre("websocket: " + client_frame("5"), "websocket: " + client_frame("42")));
  EXPECT_TRUE(engine.is_settled());
  EXPECT_TRUE(engine.is_by_websocket());
}

TEST_F(EngineTest, IgnoresTheNoopThatEndsAPoll) {
  probe();
  EXPECT_THAT(receive(Wire::kPoll, answer("6")), ElementsAre(kGet)) << "no answer to the probe yet";
  receive(Wire::kWebSocket, text_frame("3probe"));
  EXPECT_THAT(receive(Wire::kPoll, answer("6")), ElementsAre("websocket: " + client_frame("5")));
  EXPECT_THAT(events, IsEmpty());
}

TEST_F(EngineTest, GoesOnPollingWhenTheProbeFails) {
  start(Transport::kUpgrade);
  receive(Wire::kPost, answer(kOpenPacket));
  EXPECT_THAT(receive(Wire::kWebSocket, kPollStale), ElementsAre("websocket: close"));
  EXPECT_TRUE(engine.is_settled());
  EXPECT_FALSE(engine.is_by_websocket());
  EXPECT_THAT(receive(Wire::kPoll, answer("42[]")), ElementsAre(kGet));
}

TEST_F(EngineTest, EndsWithThePollThatBreaksOffAndSaysGoodbye) {
  start(Transport::kPolling);
  receive(Wire::kPost, answer(kOpenPacket));
  EXPECT_THAT(lose(Wire::kPoll),
              ElementsAre("post: close", "post: open", std::string(kPostLine) + "1"));
  ASSERT_THAT(kinds(), ElementsAre(Kind::kClosed));
  EXPECT_EQ(events[0].text, "xhr poll error: end of stream");
  EXPECT_THAT(lose(Wire::kPost), IsEmpty());
  EXPECT_THAT(events, IsEmpty()) << "it ended once";
}

TEST_F(EngineTest, SaysNoGoodbyeToAServerThatHasSaidIt) {
  start(Transport::kPolling);
  receive(Wire::kPost, answer(kOpenPacket));
  EXPECT_THAT(receive(Wire::kPoll, answer("42[]\x1e"
                                          "1")),
              ElementsAre("post: close", "poll: close"));
  EXPECT_THAT(kinds(), ElementsAre(Kind::kMessage, Kind::kClosed));
}

TEST_F(EngineTest, SaysNoGoodbyeOnceItPauses) {
  probe();
  receive(Wire::kWebSocket, text_frame("3probe"));
  EXPECT_THAT(lose(Wire::kPoll), ElementsAre("post: close", "websocket: close"));
  EXPECT_THAT(kinds(), ElementsAre(Kind::kClosed));
}

TEST_F(EngineTest, EndsOnAnyAnswerThatIsNoSuccess) {
  start(Transport::kPolling);
  receive(Wire::kPost, answer(kOpenPacket));
  receive(Wire::kPoll, kPollStale);
  ASSERT_THAT(kinds(), ElementsAre(Kind::kClosed));
  EXPECT_EQ(events[0].text, "xhr poll error: HTTP/1.1 400 Bad Request");
}

TEST_F(EngineTest, EndsOnAnAnswerThatNobodyAskedFor) {
  start(Transport::kPolling);
  receive(Wire::kPost, answer(kOpenPacket));
  receive(Wire::kPoll, answer("6") + answer("6"));
  EXPECT_THAT(kinds(), ElementsAre(Kind::kClosed));
}

TEST_F(EngineTest, IsPatientForADayAtMost) {
  start(Transport::kPolling);
  receive(Wire::kPost,
          answer(R"(0{"sid":"S1","pingInterval":18446744073709551615,"pingTimeout":20000})"));
  EXPECT_EQ(engine.silence_max(), std::chrono::hours(24) + std::chrono::seconds(20));
}

TEST_F(EngineTest, FailsToOpenWithoutAGoodbye) {
  start(Transport::kPolling);
  EXPECT_THAT(lose(Wire::kPost), IsEmpty());
  EXPECT_THAT(kinds(), ElementsAre(Kind::kClosed));
}

TEST_F(EngineTest, FailsOnWhatIsNoOpenPacket) {
  start(Transport::kPolling);
  receive(Wire::kPost, answer("ok"));
  ASSERT_THAT(kinds(), ElementsAre(Kind::kClosed));
  EXPECT_EQ(events[0].text, "no open packet: ok");
}

TEST_F(EngineTest, FailsOnARefusedWebSocket) {
  start(Transport::kWebSocket);
  EXPECT_THAT(receive(Wire::kWebSocket, "HTTP/1.1 502 Bad Gateway\r\n\r\n"),
              ElementsAre("websocket: close"));
  ASSERT_THAT(kinds(), ElementsAre(Kind::kClosed));
  EXPECT_EQ(events[0].text, "websocket error: HTTP/1.1 502 Bad Gateway");
}

TEST_F(EngineTest, AnswersACloseFrameAndWaitsForTheEnd) {
  start(Transport::kWebSocket);
  receive(Wire::kWebSocket, std::string(kAccepted) + text_frame(kOpenPacket));
  std::string frame;
  append_client_frame(frame, Opcode::kClose, "\x03\xe9");
  EXPECT_THAT(receive(Wire::kWebSocket, "\x88\x02\x03\xe9"), ElementsAre("websocket: " + frame));
  EXPECT_THAT(events, IsEmpty());
  EXPECT_THAT(lose(Wire::kWebSocket), IsEmpty());
  EXPECT_THAT(kinds(), ElementsAre(Kind::kClosed));
}

TEST_F(EngineTest, LeavesWhatIsNotWholeForTheNextRead) {
  start(Transport::kPolling);
  const auto whole = answer(kOpenPacket);
  receive(Wire::kPost, whole.substr(0, 30));
  EXPECT_EQ(left, whole.substr(0, 30));
  EXPECT_THAT(events, IsEmpty());
}

}  // namespace
}  // namespace crema::load
