#include "crema/load/returning_client.h"

#include "crema/load/wires_for_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crema::load {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using State = ReturningClient::State;

constexpr std::uint64_t kSecond = 1'000'000'000;

Options example() {
  Options options;
  options.site = "a.test";
  options.rooms = 1;
  options.subscribe_event = "doctype_subscribe";
  options.subscribe_argument = "ToDo";
  return options;
}

class ReturningClientTest : public ::testing::Test {
 protected:
  using Words = std::vector<std::string>;

  ReturningClientTest() { client.start(moment(), actions); }

  ReturningClient::Moment moment() const { return {.now_ns = now, .chance = 0}; }
  Words receive(const std::string& bytes) {
    actions.clear();
    std::string_view view = bytes;
    client.on_bytes(Wire::kWebSocket, view, moment(), actions);
    return words_of(actions);
  }
  Words lose() {
    actions.clear();
    client.on_closed(Wire::kWebSocket, "end of stream", moment(), actions);
    return words_of(actions);
  }
  // Lets the clock go on to the deadline, and the client act on it.
  Words wait() {
    actions.clear();
    now = client.deadline_ns();
    client.on_timer(moment(), actions);
    return words_of(actions);
  }
  Words open() { return receive(std::string(kAccepted) + text_frame(kOpenPacket)); }
  Words join(const std::string& more = "") {
    return receive(text_frame(R"(40/a.test,{"sid":"y")" + more + "}"));
  }
  void become_ready() {
    open();
    join(R"(,"pid":"P1")");
    receive(text_frame(R"(42/a.test,["pong","o1"])"));
    client.begin_journey();
  }
  static std::string event(std::uint64_t sent_ns) {
    return text_frame(R"(42/a.test,["bench",{"n":1,"t":")" + std::to_string(sent_ns) +
                      R"("},"o2"])");
  }
  const Journey& journey() const { return client.journey(); }

  Options options = example();
  Script script{options};
  std::uint64_t now = 100 * kSecond;
  Actions actions;
  ReturningClient client{script, 3};
};

TEST_F(ReturningClientTest, SubscribesOnceItHasJoined) {
  EXPECT_EQ(client.state(), State::kOpening);
  EXPECT_THAT(open(), ElementsAre("websocket: " + client_frame("40/a.test,")));
  EXPECT_THAT(join(),
              ElementsAre("websocket: " + client_frame(R"(42/a.test,["doctype_subscribe","ToDo"])"),
                          "websocket: " + client_frame(R"(42/a.test,["ping"])")));
  EXPECT_EQ(client.state(), State::kSubscribing);
  receive(text_frame(R"(42/a.test,["pong"])"));
  EXPECT_TRUE(client.is_settled());
}

TEST_F(ReturningClientTest, ComesBackAfterASecondAndDoesNotSubscribeAgain) {
  become_ready();
  EXPECT_THAT(lose(), IsEmpty());
  EXPECT_EQ(client.state(), State::kAway);
  EXPECT_EQ(client.deadline_ns(), now + kSecond);
  client.on_timer({.now_ns = now + kSecond - 1}, actions);
  EXPECT_EQ(client.state(), State::kAway);
  EXPECT_THAT(wait(), ElementsAre("websocket: open", ::testing::_));
  EXPECT_THAT(open(),
              ElementsAre("websocket: " + client_frame(R"(40/a.test,{"pid":"P1","offset":"o1"})")));
  EXPECT_EQ(journey().back_ns, 0u);
  EXPECT_THAT(join(R"(,"pid":"P2")"), IsEmpty());
  EXPECT_TRUE(client.is_settled());
  EXPECT_EQ(journey().lost_ns, 100 * kSecond);
  EXPECT_EQ(journey().back_ns, 101 * kSecond);
  EXPECT_EQ(journey().attempts, 1u);
  EXPECT_FALSE(journey().is_recovered) << "another session was given";
}

TEST_F(ReturningClientTest, IsRecoveredByTheSamePrivateId) {
  become_ready();
  lose();
  wait();
  open();
  join(R"(,"pid":"P1")");
  EXPECT_TRUE(journey().is_recovered);
}

TEST_F(ReturningClientTest, AsksForNoRecoveryWhenToldNotTo) {
  options.recovers = false;
  become_ready();
  lose();
  wait();
  EXPECT_THAT(open(), ElementsAre("websocket: " + client_frame("40/a.test,")));
}

TEST_F(ReturningClientTest, HearsOnlyWhatWasPublishedAfterItWasBack) {
  become_ready();
  lose();
  wait();
  open();
  receive(event(now));  // What it missed comes before the answer to its CONNECT.
  EXPECT_EQ(journey().heard_ns, 0u);
  join();
  receive(event(now - 1));
  EXPECT_EQ(journey().heard_ns, 0u);
  now += 5;
  receive(event(now - 5));
  EXPECT_EQ(journey().heard_ns, now);
}

TEST_F(ReturningClientTest, GivesUpWhenTheThirdAttemptFails) {
  become_ready();
  lose();
  for (const std::uint64_t seconds : {1, 2, 4}) {
    EXPECT_EQ(client.deadline_ns(), now + seconds * kSecond);
    wait();
    EXPECT_EQ(client.state(), State::kOpening);
    lose();
  }
  EXPECT_EQ(client.state(), State::kGone);
  EXPECT_EQ(journey().end, Journey::End::kGaveUp);
  EXPECT_EQ(journey().reason, "websocket error: end of stream");
  EXPECT_EQ(journey().attempts, 3u);
  EXPECT_EQ(journey().losses, 1u);
}

TEST_F(ReturningClientTest, HasThreeNewAttemptsOnceASessionWasOpen) {
  become_ready();
  lose();
  wait();
  lose();
  EXPECT_EQ(client.deadline_ns(), now + 2 * kSecond);
  wait();
  open();
  lose();
  EXPECT_EQ(client.deadline_ns(), now + kSecond) << "lost before it had joined: from the start";
  EXPECT_EQ(journey().losses, 2u);
}

TEST_F(ReturningClientTest, TakesAnHttpErrorForAFailedAttempt) {
  become_ready();
  lose();
  wait();
  EXPECT_THAT(receive("HTTP/1.1 503 Service Unavailable\r\n\r\n"), ElementsAre("websocket: close"));
  EXPECT_EQ(client.state(), State::kAway);
  EXPECT_EQ(client.deadline_ns(), now + 2 * kSecond);
}

TEST_F(ReturningClientTest, LetsAnAttemptTakeTwentySeconds) {
  become_ready();
  lose();
  wait();
  const auto began = now;
  EXPECT_THAT(wait(), ElementsAre("websocket: close"));
  EXPECT_EQ(now, began + 20 * kSecond);
  EXPECT_EQ(client.state(), State::kAway);
  EXPECT_EQ(journey().reason, "timeout");
}

TEST_F(ReturningClientTest, DoesNotComeBackAfterARefusal) {
  become_ready();
  lose();
  wait();
  open();
  EXPECT_THAT(receive(text_frame(R"(44/a.test,{"message":"no"})")),
              ElementsAre("websocket: close"));
  EXPECT_EQ(client.state(), State::kGone);
  EXPECT_EQ(journey().end, Journey::End::kRefused);
  EXPECT_EQ(journey().reason, R"(44/a.test,{"message":"no"})");
}

TEST_F(ReturningClientTest, DoesNotComeBackWhenToldToGo) {
  become_ready();
  EXPECT_THAT(receive(text_frame("41/a.test,")), ElementsAre("websocket: close"));
  EXPECT_EQ(journey().end, Journey::End::kRefused);
}

TEST_F(ReturningClientTest, IsLostWhenNoHeartbeatComes) {
  become_ready();
  now += 10 * kSecond;
  EXPECT_THAT(receive(text_frame("2")), ElementsAre("websocket: " + client_frame("3")));
  EXPECT_EQ(client.deadline_ns(), now + 45 * kSecond);
  EXPECT_THAT(wait(), ElementsAre("websocket: close"));
  EXPECT_EQ(client.state(), State::kAway);
  EXPECT_EQ(journey().losses, 1u);
}

TEST_F(ReturningClientTest, SubscribesAgainWhenItWasLostBeforeTheAnswer) {
  open();
  join();
  lose();
  wait();
  open();
  EXPECT_THAT(join(), Contains("websocket: " + client_frame(R"(42/a.test,["ping"])")));
}

}  // namespace
}  // namespace crema::load
