#include "crema/socketio/recovery.h"

#include "crema/socketio/recovery_for_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace crema::socketio {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::StartsWith;

TEST_F(RecoveryTest, GivesAPrivateIdAndNumbersEveryEventThatIsKept) {
  connect();
  EXPECT_EQ(pid_.size(), 20U);
  EXPECT_NE(pid_, sid_);
  socket().emit("plain", "");
  broadcast("all");
  socket().emit("lost", "", nullptr, Delivery::kVolatile);
  socket().emit_with_ack("ask", "1", nullptr, 1s, [](const Acknowledgement&) {});
  const auto received = clients_.back()->received();
  ASSERT_EQ(received.size(), 3U);
  EXPECT_EQ(received[0], R"(2/a,["plain",")" + offset_of(received[0]) + R"("])");
  EXPECT_EQ(received[1], R"(2/a,["all",1,")" + offset_of(received[1]) + R"("])");
  EXPECT_NE(offset_of(received[0]), offset_of(received[1]));
  EXPECT_EQ(received[2], R"(2/a,3["ask",1])");
}

TEST_F(RecoveryTest, IsOffByDefault) {
  config_.recovery.reset();
  open().send("0/a,{}");
  EXPECT_THAT(clients_.back()->received(), ElementsAre("0/a,{\"sid\":\"" + socket().id() + "\"}"));
  auto b = make_broadcast("/a", {}, "e", "");
  hub_.number(b);
  hub_.deliver(b);
  EXPECT_THAT(clients_.back()->received(), ElementsAre(R"(2/a,["e"])"));
}

TEST_F(RecoveryTest, ComesBackWithItsIdRoomsDataAndWhatItMissed) {
  application_.accepts = false;
  open().send("0/a,");
  hub_.accept(application_.tickets[0], std::make_shared<TextData>("kept"));
  const std::string sid = socket().id();
  socket().join("r");
  const std::string answer = clients_.back()->received().at(0);
  pid_ = answer.substr(answer.find(R"("pid":")") + 7, 20);
  broadcast("first");
  const std::string offset = offset_of(clients_.back()->received().at(0));
  socket().emit("unsent", "");
  lose();
  EXPECT_TRUE(host_.open.contains("/a r")) << "the directory keeps sending the room's events here";
  broadcast("to r", {"r"});
  broadcast("to s", {"s"});
  broadcast("to me", {sid});
  broadcast("not to me", {}, {sid});
  broadcast("not to r", {}, {"r"});
  application_.heard.clear();
  EXPECT_THAT(names(come_back(offset)), ElementsAre("unsent", "to r", "to me"));
  EXPECT_EQ(sid_, sid);
  EXPECT_THAT(application_.heard, ElementsAre("connected /a")) << "nobody is asked again";
  EXPECT_TRUE(socket().recovered() && socket().in("r"));
  EXPECT_EQ(static_cast<const TextData*>(socket().data())->text, "kept");
  EXPECT_EQ(hub_.find("/a", sid), &socket());
  broadcast("again", {"r"});
  EXPECT_THAT(names(clients_.back()->received()), ElementsAre("again"));
}

TEST_F(RecoveryTest, BringsBackBinaryEventsWithTheirAttachments) {
  const std::string offset = lost_after_first();
  auto b = make_broadcast({.nsp = "/a"}, "bin", R"({"_placeholder":true,"num":0})",
                          make_attachments(std::vector<std::string>{"x"}));
  hub_.number(b);
  hub_.deliver(b);
  const auto missed = come_back(offset);
  ASSERT_EQ(missed.size(), 2U);
  EXPECT_THAT(missed[0], StartsWith(R"(51-/a,["bin",{"_placeholder":true,"num":0},")"));
}

TEST_F(RecoveryTest, HappensOnceOnly) {
  const std::string offset = lost_after_first();
  const std::string pid = pid_;
  come_back(offset);
  EXPECT_EQ(pid_, pid);
  const std::string sid = sid_;
  clients_.back()->send("1/a,");
  hub_.end_turn();
  pid_ = pid;
  come_back(offset);
  EXPECT_NE(pid_, pid) << "a new session";
  EXPECT_NE(sid_, sid);
}

TEST_F(RecoveryTest, MayHappenAgainAfterAnotherLoss) {
  std::string offset = lost_after_first();
  broadcast("second");
  const std::string sid = sid_;
  offset = offset_of(come_back(offset).at(0));
  lose();
  broadcast("third");
  EXPECT_THAT(names(come_back(offset)), ElementsAre("third"));
  EXPECT_EQ(sid_, sid);
}

TEST_F(RecoveryTest, ServesAClientThatNoticedTheLossFirst) {
  connect();
  broadcast("first");
  const std::string offset = offset_of(clients_.back()->received().at(0));
  const std::string sid = sid_;
  broadcast("on a dead wire");
  application_.heard.clear();
  EXPECT_THAT(names(come_back(offset)), ElementsAre("on a dead wire"));
  EXPECT_EQ(sid_, sid);
  EXPECT_FALSE(clients_[0]->open());
  EXPECT_THAT(application_.heard, ElementsAre("disconnected /a: transport close", "connected /a"));
}

TEST_F(RecoveryTest, ServesAnIdleClientWhoseLastEventIsLongGone) {
  const std::string offset = lost_after_first();
  come_back(offset);
  const std::string sid = sid_;
  // Others go on for hours, without a word to this one.
  for (int i = 0; i < 100; ++i) {
    time_.pass(20s);
    clients_.back()->session.on_text("3");
    broadcast("not for it", {"elsewhere"});
  }
  (void)clients_.back()->received();
  lose();
  broadcast("missed");
  EXPECT_THAT(names(come_back(offset)), ElementsAre("missed"));
  EXPECT_EQ(sid_, sid);
}

TEST_F(RecoveryTest, ServesAClientThatHasReceivedNothing) {
  connect();
  const std::string sid = sid_;
  lose();
  broadcast("missed");
  EXPECT_THAT(names(connect(R"({"pid":")" + pid_ + R"("})")), ElementsAre("missed"));
  EXPECT_EQ(sid_, sid);
}

TEST_F(RecoveryTest, AnOffsetOfTheClientsEarlierSessionCountsForNothing) {
  const std::string stale = lost_after_first();
  time_.pass(2min + 100ms);
  come_back(stale);
  broadcast("of the new one");
  lose();
  broadcast("missed");
  EXPECT_THAT(names(come_back(stale)), ElementsAre("of the new one", "missed"));
  EXPECT_TRUE(socket().recovered());
}

TEST_F(RecoveryTest, NumbersOnlyWhatClientsGetThatAreKnownToUnderstand) {
  config_.recovery->whose = [this](const engineio::Handshake&) { return clients_.size() == 1; };
  connect();
  connect();
  EXPECT_FALSE(socket().is_numbered());
  broadcast("all");
  EXPECT_EQ(clients_[1]->received(), std::vector<std::string>{R"(2/a,["all",1])"});
  const std::string numbered = clients_[0]->received().at(0);
  EXPECT_EQ(numbered, R"(2/a,["all",1,")" + offset_of(numbered) + R"("])");
  auto everywhere = make_broadcast_everywhere("build_event", "{}");
  hub_.number(everywhere);
  hub_.deliver(everywhere);
  EXPECT_EQ(clients_[1]->received(), std::vector<std::string>{R"(2/a,["build_event",{}])"});
  EXPECT_THAT(clients_[0]->received().at(0), StartsWith(R"(2/a,["build_event",{},")"));
}

TEST_F(RecoveryTest, NumbersLeaveTheChoiceOfCompressionAsItIs) {
  for (const auto compress : {engineio::Compress::kNo, engineio::Compress::kYes}) {
    const auto plain = OutMessage::from(R"(2/a,["e"])", nullptr, compress);
    const OutMessage numbered = with_offset(plain, 40);
    EXPECT_EQ(numbered.text.payload(), R"(42/a,["e","14"])");
    EXPECT_EQ(numbered.text.compress(), compress);
    EXPECT_LE(numbered.bytes(), plain.bytes() + kNumberBytes);
  }
  const auto plain = OutMessage::from(R"(2/a,["e",")" + std::string(110, 'x') + R"("])");
  const OutMessage numbered = with_offset(plain, std::numeric_limits<uint64_t>::max());
  EXPECT_EQ(parse_offset(offset_of(std::string(numbered.text.payload()))),
            std::numeric_limits<uint64_t>::max());
  EXPECT_LE(numbered.bytes(), plain.bytes() + kNumberBytes);
}

TEST_F(RecoveryTest, AClientThatShowsAPrivateIdUnderstandsNumbers) {
  config_.recovery->whose = [](const engineio::Handshake&) { return false; };
  connect();
  socket().join("r");
  const std::string sid = sid_;
  const std::string first_pid = pid_;
  broadcast("received", {"r"});
  socket().emit("received too", "1");
  EXPECT_EQ(clients_.back()->received(),
            (std::vector<std::string>{R"(2/a,["received",1])", R"(2/a,["received too",1])"}));
  lose();
  broadcast("missed", {"r"});
  const auto missed = connect(R"({"pid":")" + first_pid + R"("})");
  EXPECT_THAT(names(missed), ElementsAre("missed"));
  EXPECT_THAT(missed[0], StartsWith(R"(2/a,["missed",1,")"));
  EXPECT_EQ(sid_, sid);
  EXPECT_TRUE(socket().in("r"));
  EXPECT_NE(pid_, first_pid) << "what was on its way at the loss may be missing: it can see that";

  const std::string offset = offset_of(missed[0]);
  const std::string second_pid = pid_;
  lose();
  broadcast("later", {"r"});
  EXPECT_THAT(names(come_back(offset)), ElementsAre("later"));
  EXPECT_EQ(pid_, second_pid) << "from now on nothing is missing";
}

TEST_F(RecoveryTest, AClientThatIsNewlyUnderstoodGetsNothingTwice) {
  config_.recovery->whose = [](const engineio::Handshake&) { return false; };
  connect();
  broadcast("received");
  lose();
  connect(R"({"pid":")" + pid_ + R"("})");
  lose();
  broadcast("missed");
  EXPECT_THAT(names(connect(R"({"pid":")" + pid_ + R"("})")), ElementsAre("missed"));
}

// The official client keeps the last argument, if it is text, as its offset.
TEST_F(RecoveryTest, WhatAClientTookForAnOffsetBeforeItWasUnderstoodIsNone) {
  config_.recovery->whose = [](const engineio::Handshake&) { return false; };
  connect();
  lose();
  come_back("doctype:ToDo");
  const std::string sid = sid_;
  lose();
  broadcast("missed");
  EXPECT_THAT(names(come_back("doctype:ToDo")), ElementsAre("missed"));
  EXPECT_EQ(sid_, sid);
}

TEST_F(RecoveryTest, NumbersASessionWhoseClientShowsAnotherProcesssId) {
  config_.recovery->whose = [](const engineio::Handshake&) { return false; };
  connect(R"({"pid":"DAAAAAAAAAAAAAAAAAAA"})");  // D: of this shard.
  EXPECT_TRUE(socket().is_numbered());
  connect(R"({"pid":"of something else"})");
  EXPECT_FALSE(socket().is_numbered());
}

TEST_F(RecoveryTest, NumbersBeginAboveThoseOfAnEarlierProcess) {
  config_.recovery->first_offset = 1000;
  Hub later(config_, host_);
  EXPECT_GT(later.next_offset(), 1000U);
}

TEST_F(RecoveryTest, FailsForAnythingUnknown) {
  const std::string offset = lost_after_first();
  const std::string sid = sid_;
  for (const char* auth :
       {R"({"pid":"nobody","offset":"x"})", R"({"pid":1,"offset":2})", R"({"pid":{}})",
        R"({"pid":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})"}) {
    connect(auth);
    EXPECT_NE(sid_, sid);
    EXPECT_FALSE(socket().recovered());
  }
}

TEST_F(RecoveryTest, FailsForAnOffsetOutsideTheLog) {
  for (const char* offset : {"zzzz", "no offset", "-1", "99999999999999999999999999"}) {
    lost_after_first();
    const std::string sid = sid_;
    come_back(offset);
    EXPECT_NE(sid_, sid) << offset;
  }
}

TEST_F(RecoveryTest, IsNotForThoseWhoLeftOrWereSentAway) {
  const std::vector<std::function<void()>> ends = {
      [this] { clients_.back()->send("1/a,"); },
      [this] { socket().disconnect(); },
      [this] { clients_.back()->session.on_text("x"); },
      [this] { lose(engineio::CloseReason::kServerShutdown); },
  };
  for (const auto& end : ends) {
    connect();
    const std::string sid = sid_;
    end();
    hub_.end_turn();
    connect(R"({"pid":")" + pid_ + R"("})");
    EXPECT_NE(sid_, sid);
  }
}

TEST_F(RecoveryTest, DoesNotShowEventsFromBeforeARoomWasJoined) {
  connect();
  broadcast("first");
  const std::string offset = offset_of(clients_.back()->received().at(0));
  broadcast("secret", {"r"});
  time_.pass(1s);
  socket().join("r");
  broadcast("open", {"r"});
  lose();
  EXPECT_THAT(names(come_back(offset)), ElementsAre("open"));
}

// --- when the application is asked ---

TEST_F(RecoveryTest, AsksTheApplicationAndShowsItWhatWouldComeBack) {
  config_.recovery->ask = RecoveryConfig::Ask::kApplication;
  connect();
  socket().join("kept");
  socket().join("forbidden");
  lose();
  broadcast("a", {"kept"});
  broadcast("b", {"forbidden"});
  application_.accepts = false;
  const std::string sid = sid_;
  connect(R"({"pid":")" + pid_ + R"("})");
  const ConnectTicket ticket = application_.tickets.back();
  Socket* lost = hub_.recoverable(ticket);
  ASSERT_NE(lost, nullptr);
  lost->leave("forbidden");
  EXPECT_TRUE(hub_.accept(ticket, std::make_shared<TextData>("new")));
  const auto received = clients_.back()->received();
  EXPECT_THAT(names({received.at(0)}), ElementsAre("a"));
  EXPECT_EQ(received.size(), 2U);
  EXPECT_EQ(socket().id(), sid);
  EXPECT_EQ(static_cast<const TextData*>(socket().data())->text, "new");
  EXPECT_TRUE(socket().in("kept"));
  EXPECT_FALSE(socket().in("forbidden"));
}

TEST_F(RecoveryTest, BeginsAnewWhenTheApplicationSaysSo) {
  config_.recovery->ask = RecoveryConfig::Ask::kApplication;
  connect();
  lose();
  const std::string sid = sid_;
  application_.accepts = false;
  connect(R"({"pid":")" + pid_ + R"("})");
  hub_.begin_anew(application_.tickets.back());
  EXPECT_EQ(hub_.recoverable(application_.tickets.back()), nullptr);
  hub_.accept(application_.tickets.back(), nullptr);
  EXPECT_NE(socket().id(), sid);
}

TEST_F(RecoveryTest, LetsTheFirstOfTwoClientsThatAskHaveIt) {
  config_.recovery->ask = RecoveryConfig::Ask::kApplication;
  connect();
  lose();
  const std::string sid = sid_;
  const std::string auth = R"({"pid":")" + pid_ + R"("})";
  application_.accepts = false;
  connect(auth);
  connect(auth);
  hub_.accept(application_.tickets[1], nullptr);
  EXPECT_EQ(socket().id(), sid);
  clients_[1]->send("1/a,");
  hub_.accept(application_.tickets[2], nullptr);
  EXPECT_NE(socket().id(), sid);
}

}  // namespace
}  // namespace crema::socketio
