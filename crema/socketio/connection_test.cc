#include "crema/socketio/connection.h"

#include "crema/socketio/connection_for_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace crema::socketio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

// --- connect ---

TEST_F(ConnectionTest, AnswersConnectWithTheSocketsId) {
  client().send("0");
  EXPECT_THAT(client().received(), ElementsAre("0{\"sid\":\"" + sid() + "\"}"));
  EXPECT_THAT(heard(), ElementsAre("connect / {}", "connected /"));
  EXPECT_EQ(sid().size(), 20U);
  EXPECT_NE(sid(), client().session.id());
}

TEST_F(ConnectionTest, PassesTheAuthOfAConnect) {
  client().send(R"(0/a.local,{"token": "x"})");
  EXPECT_THAT(client().received(), ElementsAre("0/a.local,{\"sid\":\"" + sid() + "\"}"));
  EXPECT_THAT(heard(), ElementsAre(R"(connect /a.local {"token":"x"})", "connected /a.local"));
}

TEST_F(ConnectionTest, IgnoresTheAckIdOfAConnect) {
  client().send("012{}");
  EXPECT_THAT(heard(), ElementsAre("connect / {}", "connected /"));
}

TEST_F(ConnectionTest, RefusesANamespaceNobodyHas) {
  client().send("0/nope,");
  EXPECT_THAT(client().received(), ElementsAre(R"(4/nope,{"message":"Invalid namespace"})"));
  EXPECT_TRUE(client().open());
  EXPECT_THAT(heard(), IsEmpty());
}

TEST_F(ConnectionTest, IsAcceptedLater) {
  application_.accepts = false;
  client().send("0/a");
  EXPECT_THAT(client().received(), IsEmpty());
  EXPECT_TRUE(hub_.accept(application_.tickets[0], nullptr));
  EXPECT_EQ(client().received().size(), 1U);
  EXPECT_FALSE(hub_.accept(application_.tickets[0], nullptr)) << "one answer to every CONNECT";
  EXPECT_FALSE(hub_.refuse(application_.tickets[0], "no"));
  EXPECT_FALSE(hub_.close(application_.tickets[0]));
  EXPECT_THAT(client().received(), IsEmpty());
  EXPECT_TRUE(client().open());
}

TEST_F(ConnectionTest, IsRefusedLaterAndMayTryAgain) {
  application_.accepts = false;
  client().send("0");
  EXPECT_TRUE(hub_.refuse(application_.tickets[0], "Unauthorized: \"x\""));
  EXPECT_THAT(client().received(), ElementsAre(R"(4{"message":"Unauthorized: \"x\""})"));
  EXPECT_FALSE(hub_.refuse(application_.tickets[0], "again"));
  EXPECT_TRUE(client().open());
  client().send("0");
  EXPECT_TRUE(hub_.accept(application_.tickets[1], nullptr));
  EXPECT_EQ(client().received().size(), 1U);
}

TEST_F(ConnectionTest, IsClosedWithoutAnAnswerWhenTheApplicationSaysSo) {
  application_.accepts = false;
  client().send("0");
  EXPECT_TRUE(hub_.close(application_.tickets[0]));
  EXPECT_THAT(client().received(), IsEmpty());
  EXPECT_FALSE(client().open());
  EXPECT_THAT(heard(), ElementsAre("connect / {}", "abandoned"));
}

TEST_F(ConnectionTest, AbandonsItsUndecidedConnects) {
  application_.accepts = false;
  client().send("0/a");
  client().send("0/b");
  client().session.fail(engineio::CloseReason::kTransportClose);
  EXPECT_THAT(heard(), ElementsAre("connect /a {}", "connect /b {}", "abandoned", "abandoned"));
  EXPECT_EQ(application_.abandoned, application_.tickets);
  EXPECT_FALSE(hub_.accept(application_.tickets[0], nullptr));
  EXPECT_FALSE(hub_.refuse(application_.tickets[1], "no"));
  EXPECT_THAT(application_.sockets, IsEmpty());
}

TEST_F(ConnectionTest, ClosesOnARepeatedConnectAsTheReferenceDoes) {
  joined().send("0");
  EXPECT_FALSE(client().open());
  EXPECT_THAT(heard(), ElementsAre("disconnected /: forced close"));
}

TEST_F(ConnectionTest, ClosesOnASecondConnectWhileTheFirstIsUndecided) {
  application_.accepts = false;
  client().send("0");
  client().send("0/,");
  EXPECT_FALSE(client().open());
  EXPECT_EQ(application_.tickets.size(), 1U);
}

TEST_F(ConnectionTest, AnswersARepeatedConnectWithTheSameIdByOption) {
  config_.repeated_connect = RepeatedConnect::kAnswerAgain;
  joined().send("0");
  client().send("0{}");
  const std::string answer = "0{\"sid\":\"" + sid() + "\"}";
  EXPECT_THAT(client().received(), ElementsAre(answer, answer));
  EXPECT_THAT(heard(), IsEmpty());
  EXPECT_EQ(application_.sockets.size(), 1U);
}

TEST_F(ConnectionTest, AnswersTwoConnectsInFlightOnceByOption) {
  config_.repeated_connect = RepeatedConnect::kAnswerAgain;
  application_.accepts = false;
  client().send("0/a.local,");
  client().send("0/a.local,");
  EXPECT_EQ(application_.tickets.size(), 1U);
  hub_.accept(application_.tickets[0], nullptr);
  EXPECT_EQ(client().received().size(), 1U);
  EXPECT_TRUE(client().open());
}

TEST_F(ConnectionTest, ClosesOnABadAuth) {
  for (const char* packet : {"0[]", "0\"a\"", "0{", "0/admin,\"invalid\"", "0null", "0x"}) {
    client_.reset();
    client().send(packet);
    EXPECT_FALSE(client().open()) << packet;
    EXPECT_THAT(heard(), IsEmpty()) << packet;
  }
}

// --- bounds ---

TEST_F(ConnectionTest, JoinsNoMoreNamespacesThanItsBound) {
  for (int i = 0; i < 8; ++i) client().send("0/" + std::to_string(i));
  EXPECT_TRUE(client().open());
  EXPECT_EQ(client().received().size(), 8U);
  client().send("0/8");
  EXPECT_FALSE(client().open());
  EXPECT_EQ(application_.tickets.size(), 8U);
}

TEST_F(ConnectionTest, HasNoMoreConnectsInFlightThanItsBound) {
  application_.accepts = false;
  for (int i = 0; i < 5; ++i) client().send("0/" + std::to_string(i));
  EXPECT_FALSE(client().open());
  EXPECT_EQ(application_.tickets.size(), 4U) << "counted before the application is asked";
}

TEST_F(ConnectionTest, MayJoinAnotherNamespaceOnceItHasLeftOne) {
  config_.namespaces_per_connection_max = 1;
  client().send("0/a");
  client().send("1/a,");
  client().send("0/b");
  EXPECT_TRUE(client().open());
  EXPECT_EQ(application_.sockets.size(), 1U);
}

TEST_F(ConnectionTest, IsClosedWhenItJoinsNothingInTime) {
  client();
  time_.pass(20s);
  client().send("0/nope,");
  time_.pass(5s + 16ms);
  client().session.on_text("3");
  time_.pass(19s + 900ms);
  EXPECT_TRUE(client().open());
  time_.pass(200ms);
  EXPECT_FALSE(client().open());
}

TEST_F(ConnectionTest, IsClosedWhenNothingIsDecidedInTime) {
  application_.accepts = false;
  client().send("0");
  time_.pass(26s);
  client().session.on_text("3");
  time_.pass(20s);
  EXPECT_FALSE(client().open());
  EXPECT_THAT(heard(), ElementsAre("connect / {}", "abandoned"));
}

TEST_F(ConnectionTest, StaysOpenWithoutANamespaceOnceItHadOne) {
  joined().send("1");
  for (int i = 0; i < 5; ++i) {
    time_.pass(26s);
    (void)client().received();
    client().session.on_text("3");
  }
  EXPECT_TRUE(client().open());
}

// --- events ---

TEST_F(ConnectionTest, HandsEventsToTheApplicationInOrder) {
  joined().send(R"(2["a",1,"x"])");
  client().send(R"(27["b"])");
  client().send(R"(2[3])");
  EXPECT_THAT(heard(), ElementsAre(R"(/ a 1 "x")", "/ b #7", "/ 3"));
}

TEST_F(ConnectionTest, HandsEventsToTheSocketOfTheirNamespace) {
  joined().send("0/a");
  (void)heard();
  client().send(R"(2/a,["x"])");
  client().send(R"(2["y"])");
  EXPECT_THAT(heard(), ElementsAre("/a x", "/ y"));
}

TEST_F(ConnectionTest, IgnoresAnEventOrAckWithoutAPayload) {
  joined().send("2");
  client().send("31");
  client().send("3");
  client().send("399[]");
  EXPECT_TRUE(client().open());
  EXPECT_THAT(heard(), IsEmpty());
}

TEST_F(ConnectionTest, ClosesOnAPacketItCannotDecode) {
  for (const char* packet : {"",
                             "abc",
                             "9",
                             "999",
                             "2[]",
                             "2{}",
                             "2[null]",
                             "2\"x\"",
                             "2 [\"x\"]",
                             "2[\"connect\"]",
                             "2[\"disconnect\",\"123\"]",
                             "22[\"some\",\"data\"",
                             "21e2[\"a\"]",
                             "2-1[\"a\"]",
                             "299999999999999999999[\"a\"]",
                             "1{}",
                             "3{}",
                             "31[",
                             "50-[\"a\"]",
                             "511-[\"a\"]",
                             "51-",
                             "51-{}",
                             R"(51-["hello",{"_placeholder":true,"num":"splice"}])",
                             R"(51-["hello",{"_placeholder":true,"num":1}])",
                             "51-[\"connect\"]",
                             "61-{}",
                             "2[true,\"foo\"]",
                             "2[null,\"bar\"]",
                             "2[{\"toString\":\"foo\"}]"}) {
    client_.reset();
    joined().send(packet);
    EXPECT_FALSE(client().open()) << packet;
    EXPECT_THAT(heard(), ElementsAre("disconnected /: forced close")) << packet;
  }
}

TEST_F(ConnectionTest, ClosesOnAnythingBeforeItsConnect) {
  for (const char* packet : {"2[\"a\"]", "3[]", "1", "4{}", "52-[\"a\"]", "2/admin,{}",
                             "1/admin,{}", "2/admin,\"invalid", "2"}) {
    client_.reset();
    client().send(packet);
    EXPECT_FALSE(client().open()) << packet;
  }
  client_.reset();
  client().session.on_binary("a");
  EXPECT_FALSE(client().open());
}

TEST_F(ConnectionTest, ClosesOnAConnectErrorFromTheClient) {
  joined().send(R"(4{"message":"x"})");
  EXPECT_FALSE(client().open());
}

TEST_F(ConnectionTest, ClosesOnAnEventOfANamespaceThatWasLeft) {
  joined().send("1");
  EXPECT_TRUE(client().open());
  client().send("2[\"a\"]");
  EXPECT_FALSE(client().open());
}

// --- disconnect ---

TEST_F(ConnectionTest, LeavesANamespaceAndStaysOpen) {
  joined().send("1");
  EXPECT_THAT(heard(), ElementsAre("disconnected /: client namespace disconnect"));
  EXPECT_TRUE(client().open());
  EXPECT_THAT(client().received(), IsEmpty());
  client().send("0");
  EXPECT_THAT(heard(), ElementsAre("connect / {}", "connected /")) << "it may come back";
}

TEST_F(ConnectionTest, IsToldWhenTheServerDisconnectsIt) {
  client().send("0/a");
  (void)client().received();
  application_.sockets[0]->disconnect();
  EXPECT_THAT(client().received(), ElementsAre("1/a,"));
  EXPECT_TRUE(client().open());
  EXPECT_EQ(heard().back(), "disconnected /a: server namespace disconnect");
}

TEST_F(ConnectionTest, LosesAllItsSocketsWhenTheServerDisconnectsTheConnection) {
  client().send("0");
  client().send("0/a");
  (void)client().received();
  (void)heard();
  application_.sockets[1]->disconnect(Disconnect::kConnection);
  EXPECT_THAT(client().received(), ElementsAre("1", "1/a,"));
  EXPECT_FALSE(client().open());
  EXPECT_THAT(heard(), ElementsAre("disconnected /: server namespace disconnect",
                                   "disconnected /a: server namespace disconnect"));
}

TEST_F(ConnectionTest, HasItsRoomsWhileItIsDisconnecting) {
  application_.when_connected = [](Socket& socket) { socket.join("r"); };
  size_t rooms = 0;
  application_.when_disconnecting = [&](Socket& socket) {
    rooms = socket.rooms().size();
    socket.disconnect();
  };
  application_.when_disconnected = [](Socket& socket) { EXPECT_THAT(socket.rooms(), IsEmpty()); };
  joined().send("1");
  EXPECT_EQ(rooms, 1U);
  EXPECT_THAT(heard(), ElementsAre("disconnected /: client namespace disconnect"));
}

TEST_F(ConnectionTest, TellsEverySocketOfAPacketThatCannotBeDecoded) {
  joined().send("0/a");
  client().send("2[");
  EXPECT_THAT(application_.bad_packets, ElementsAre("/", "/a"));
  EXPECT_FALSE(client().open());
}

TEST_F(ConnectionTest, ReportsWhatLeavesToASocketThatIsObserved) {
  joined();
  application_.sockets[0]->emit("unseen", "");
  application_.sockets[0]->observe();
  application_.sockets[0]->emit("e", "1");
  hub_.deliver(make_broadcast("/", {}, "b", "2"));
  application_.sockets[0]->ack(1, "");
  EXPECT_THAT(application_.outgoing, ElementsAre(R"(42["e",1])", R"(42["b",2])"));
}

TEST_F(ConnectionTest, LosesItsSocketsInTheOrderTheyCame) {
  client().send("0/b");
  client().send("0/a");
  client().send("0/c");
  (void)heard();
  client().session.on_text("1");
  EXPECT_THAT(heard(),
              ElementsAre("disconnected /b: transport close", "disconnected /a: transport close",
                          "disconnected /c: transport close"));
}

TEST_F(ConnectionTest, TellsItsSocketsWhyTheSessionEnded) {
  const auto reason_after = [this](const std::function<void(engineio::Session&)>& end) {
    client_.reset();
    end(joined().session);
    return heard().at(0);
  };
  EXPECT_EQ(reason_after([](auto& s) { s.on_text("x"); }), "disconnected /: parse error");
  EXPECT_EQ(reason_after([](auto& s) { s.on_text("2"); }), "disconnected /: transport error");
  EXPECT_EQ(reason_after([this](auto&) { time_.pass(26s), time_.pass(21s); }),
            "disconnected /: ping timeout");
  EXPECT_EQ(reason_after([](auto& s) { s.fail(engineio::CloseReason::kServerShutdown); }),
            "disconnected /: server shutting down");
}

// --- handlers that change what is being handled ---

TEST_F(ConnectionTest, MayBeDisconnectedByItsOwnEvent) {
  application_.when_event = [](Socket& socket, const Event&) {
    socket.disconnect();
    socket.disconnect();
    EXPECT_FALSE(socket.connected());
    EXPECT_FALSE(socket.join("a"));
    EXPECT_FALSE(socket.emit("a", ""));
    socket.leave("a");
  };
  joined().send(R"(2["a"])");
  EXPECT_THAT(heard(), ElementsAre("/ a", "disconnected /: server namespace disconnect"));
  EXPECT_THAT(client().received(), ElementsAre("1"));
}

TEST_F(ConnectionTest, MayBeDisconnectedAsItConnects) {
  application_.when_connected = [](Socket& socket) {
    socket.join("room");
    socket.disconnect();
  };
  client().send("0");
  EXPECT_THAT(heard(), ElementsAre("connect / {}", "connected /",
                                   "disconnected /: server namespace disconnect"));
  EXPECT_EQ(client().received().size(), 2U);
}

TEST_F(ConnectionTest, MayHaveItsSessionClosedByItsOwnEvent) {
  application_.when_event = [this](Socket&, const Event&) {
    client().session.close(engineio::CloseReason::kForcedClose);
  };
  joined().send(R"(2["a"])");
  client().send(R"(2["b"])");
  EXPECT_THAT(heard(), ElementsAre("/ a", "disconnected /: forced close"));
}

TEST_F(ConnectionTest, MayHaveItsOtherSocketsDisconnectedWhileItEnds) {
  client().send("0/a");
  client().send("0/b");
  client().send("0/c");
  application_.when_disconnected = [this](Socket&) {
    if (!application_.sockets.empty()) application_.sockets.back()->disconnect();
  };
  (void)heard();
  client().session.fail(engineio::CloseReason::kTransportClose);
  EXPECT_THAT(heard(),
              testing::UnorderedElementsAre("disconnected /a: transport close",
                                            "disconnected /c: server namespace disconnect",
                                            "disconnected /b: server namespace disconnect"));
}

}  // namespace
}  // namespace crema::socketio
