// What a connection does with events before their namespace is joined, and with binary ones.
#include "crema/socketio/connection_for_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace crema::socketio {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// --- before the answer to a CONNECT ---

TEST_F(ConnectionTest, HoldsEventsUntilTheirConnectIsDecided) {
  application_.accepts = false;
  client().send("0/a");
  client().send("0/b");
  client().send(R"(2/a,["one"])");
  client().send(R"(2/b,["other"])");
  client().send(R"(51-/a,7["two",{"_placeholder":true,"num":0}])");
  client().session.on_binary("x");
  client().send(R"(2/a,["three"])");
  (void)heard();
  hub_.accept(application_.tickets[0], nullptr);
  EXPECT_THAT(heard(), ElementsAre("connected /a", "/a one",
                                   R"(/a two {"_placeholder":true,"num":0} #7 <x>)", "/a three"));
  hub_.refuse(application_.tickets[1], "no");
  EXPECT_THAT(heard(), IsEmpty());
  EXPECT_TRUE(client().open());
}

TEST_F(ConnectionTest, HoldsOneWhoseAttachmentsComeAfterTheAnswer) {
  application_.accepts = false;
  client().send("0");
  client().send(R"(51-["a",{"_placeholder":true,"num":0}])");
  hub_.accept(application_.tickets[0], nullptr);
  client().session.on_binary("x");
  EXPECT_EQ(heard().back(), R"(/ a {"_placeholder":true,"num":0} <x>)");
}

TEST_F(ConnectionTest, HoldsNoMoreEventsThanItsBounds) {
  application_.accepts = false;
  config_.held_events_max = 2;
  client().send("0");
  client().send(R"(2["a"])");
  client().send(R"(2["a"])");
  EXPECT_TRUE(client().open());
  client().send(R"(2["a"])");
  EXPECT_FALSE(client().open());

  config_.held_bytes_max = 2000;
  const std::string kept = R"(2["a",")" + std::string(2000, 'x') + R"("])";
  const std::string left_out = R"(2["a")" + std::string(2000, ' ') + "]";
  std::string args = R"(2["a")";
  for (int i = 0; i < 200; ++i) args.append(",0");
  for (const std::string& packet : {kept, left_out, args.append("]")}) {
    client_.reset();
    client().send("0");
    client().send(R"(2["a"])");
    EXPECT_TRUE(client().open());
    client().send(packet);
    EXPECT_FALSE(client().open()) << packet;
  }
}

TEST_F(ConnectionTest, ClosesOnABadEventOrAnAckBeforeTheAnswerToItsConnect) {
  application_.accepts = false;
  for (const char* packet : {"2[1", "31[]", "1", "61-1[{\"_placeholder\":true,\"num\":0}]"}) {
    client_.reset();
    client().send("0");
    client().send(packet);
    EXPECT_FALSE(client().open()) << packet;
  }
}

TEST_F(ConnectionTest, DropsHeldEventsWhenItsSocketIsDisconnectedAsItConnects) {
  application_.accepts = false;
  application_.when_connected = [](Socket& socket) { socket.disconnect(); };
  client().send("0");
  client().send(R"(2["a"])");
  (void)heard();
  hub_.accept(application_.tickets[0], nullptr);
  EXPECT_THAT(heard(), ElementsAre("connected /", "disconnected /: server namespace disconnect"));
}

// --- binary ---

TEST_F(ConnectionTest, ReadsBinaryEventsWhole) {
  joined().send(R"(52-["a",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])");
  client().session.on_binary("x");
  client().session.on_text("3");
  client().session.on_text("b");
  client().send(R"(61-3[{"_placeholder":true,"num":0}])");
  client().session.on_binary("");
  client().send(R"(2["after"])");
  EXPECT_TRUE(client().open());
  EXPECT_THAT(heard(), ElementsAre(R"(/ a {"_placeholder":true,"num":0} )"
                                   R"({"_placeholder":true,"num":1} <x> <>)",
                                   "/ after"));
}

TEST_F(ConnectionTest, ClosesOnAttachmentsBeyondTheirBound) {
  config_.attachment_bytes_max = 10;
  joined().send(R"(52-["a"])");
  client().session.on_binary("12345");
  EXPECT_TRUE(client().open());
  client().session.on_binary("123456");
  EXPECT_FALSE(client().open());
}

TEST_F(ConnectionTest, DropsABinaryEventWhoseSocketLeftMeanwhile) {
  joined().send(R"(51-["a"])");
  application_.sockets[0]->disconnect();
  client().session.on_binary("x");
  EXPECT_TRUE(client().open());
  EXPECT_THAT(heard(), ElementsAre("disconnected /: server namespace disconnect"));
}

TEST_F(ConnectionTest, SendsAttachmentsBehindTheirEvent) {
  joined();
  const std::vector<std::string> bytes = {"x", std::string("\0", 1)};
  const auto attachments = make_attachments(bytes);
  EXPECT_TRUE(application_.sockets[0]->emit(
      "e", R"({"_placeholder":true,"num":0},{"_placeholder":true,"num":1})", attachments,
      Delivery::kQueued));
  // FakeClient cuts the message digit, which binary messages do not have.
  EXPECT_THAT(client().received(),
              ElementsAre(R"(52-["e",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])",
                          "", ""));
  EXPECT_EQ(attachments->at(0).payload(), "x");
  EXPECT_TRUE(attachments->at(0).is_binary());
}

TEST_F(ConnectionTest, AnswersAnEvent) {
  joined().send(R"(27["b"])");
  EXPECT_TRUE(application_.sockets[0]->ack(7, "1,\"x\""));
  EXPECT_THAT(client().received(), ElementsAre(R"(37[1,"x"])"));
  const std::vector<std::string> bytes = {"x"};
  application_.sockets[0]->ack(8, R"({"_placeholder":true,"num":0})", make_attachments(bytes));
  EXPECT_THAT(client().received(), ElementsAre(R"(61-8[{"_placeholder":true,"num":0}])", ""));
}

// --- volatile ---

TEST_F(ConnectionTest, DropsAVolatileEventBehindAnother) {
  Socket& socket = *(joined(), application_.sockets[0]);
  const auto volatile_emit = [&](const char* name) {
    return socket.emit(name, "", nullptr, Delivery::kVolatile);
  };
  EXPECT_TRUE(volatile_emit("one"));
  EXPECT_FALSE(volatile_emit("two"));
  EXPECT_TRUE(socket.emit("three", ""));
  EXPECT_THAT(client().received(), ElementsAre(R"(2["one"])", R"(2["three"])"));
  EXPECT_TRUE(volatile_emit("four"));
  EXPECT_THAT(client().received(), ElementsAre(R"(2["four"])"));
}

TEST_F(ConnectionTest, PassesAVolatileEventToAPollThatWaitsAndToNoOther) {
  engineio::Session session(std::string(20, 'A'), engineio::TransportKind::kPolling, engine_config_,
                            time_, engineio::Session::Upgrades::kNone);
  Connection connection(hub_, session, std::make_shared<engineio::Handshake>());
  const auto poll = [&] {
    EXPECT_EQ(session.start_poll(), engineio::Session::PollStart::kHeld);
    return time_.body(session);
  };
  (void)poll();
  session.on_text("40");
  (void)poll();
  Socket& socket = *application_.sockets.at(0);
  const auto emit = [&](const char* name, Delivery delivery) {
    return socket.emit(name, "", nullptr, delivery);
  };
  EXPECT_FALSE(emit("nobody waits", Delivery::kVolatile));
  EXPECT_EQ(poll(), std::nullopt);
  EXPECT_TRUE(emit("one", Delivery::kVolatile));
  EXPECT_FALSE(emit("two", Delivery::kVolatile));
  EXPECT_TRUE(emit("three", Delivery::kQueued));
  EXPECT_EQ(time_.body(session),
            "42[\"one\"]\x1e"
            "42[\"three\"]");
  EXPECT_EQ(poll(), std::nullopt);
  EXPECT_TRUE(emit("four", Delivery::kQueued));
  EXPECT_FALSE(emit("five", Delivery::kVolatile));
  EXPECT_EQ(time_.body(session), "42[\"four\"]");
  session.fail(engineio::CloseReason::kTransportClose);
}

TEST_F(ConnectionTest, HearsAVolatileBroadcastWithAttachmentsWholeOrNotAtAll) {
  joined();
  const auto broadcast = [&](const char* name) {
    Broadcast made = make_broadcast({.nsp = "/"}, name, R"({"_placeholder":true,"num":0})",
                                    make_attachments(std::vector<std::string>{"bytes"}));
    made.delivery = Delivery::kVolatile;
    hub_.deliver(made);
  };
  broadcast("one");
  broadcast("two");
  EXPECT_THAT(client().received(),
              ElementsAre(R"(51-["one",{"_placeholder":true,"num":0}])", "ytes"))
      << "without their first byte, which `received` takes for a type";
}

TEST_F(ConnectionTest, ClosesOnTextWhileAttachmentsAreMissing) {
  joined().send(R"(52-["a"])");
  client().session.on_binary("x");
  client().send(R"(2["b"])");
  EXPECT_FALSE(client().open());
}

TEST_F(ConnectionTest, ClosesOnBinaryThatNobodyAnnounced) {
  joined().send(R"(51-["a"])");
  client().session.on_binary("x");
  EXPECT_TRUE(client().open());
  client().session.on_binary("y");
  EXPECT_FALSE(client().open());
}

}  // namespace
}  // namespace crema::socketio
