#include "crema/socketio/recovery.h"

#include "crema/socketio/hub_for_test.h"

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
using testing::StartsWith;

struct Data final : SocketData {
  explicit Data(std::string t) : text(std::move(t)) {}
  const std::string text;
};

class RecoveryTest : public testing::Test {
 protected:
  RecoveryTest() {
    config_.recovery = RecoveryConfig{};
    hub_.set_application(application_);
  }
  ~RecoveryTest() override {
    clients_.clear();
    hub_.forget_lost();
    hub_.end_turn();
    EXPECT_THAT(host_.open, IsEmpty());
    EXPECT_EQ(time_.wheel().size(), 0U);
  }

  FakeClient& open() {
    clients_.push_back(std::make_unique<FakeClient>(hub_, time_, engine_config_));
    return *clients_.back();
  }
  // Connects the last client with these credentials, and notes the new ones.
  std::vector<std::string> connect(const std::string& auth = "{}") {
    open().send("0/a," + auth);
    std::vector<std::string> received = clients_.back()->received();
    if (received.empty()) return received;
    const std::string& answer = received.back();
    if (const size_t at = answer.find(R"("pid":")"); at != std::string::npos) {
      sid_ = answer.substr(answer.find(R"("sid":")") + 7, 20);
      pid_ = answer.substr(at + 7, 20);
    }
    received.pop_back();
    return received;
  }
  std::vector<std::string> come_back(const std::string& offset) {
    return connect(R"({"pid":")" + pid_ + R"(","offset":")" + offset + R"("})");
  }
  Socket& socket() { return *application_.sockets.back(); }
  void lose(engineio::CloseReason reason = engineio::CloseReason::kTransportClose) {
    clients_.back()->session.fail(reason);
    hub_.end_turn();
  }
  void broadcast(std::string name, std::vector<std::string> rooms = {},
                 std::vector<std::string> except = {}) {
    auto b = make_broadcast({.nsp = "/a", .rooms = std::move(rooms), .except = std::move(except)},
                            name, "1", nullptr);
    hub_.number(b);
    hub_.deliver(b);
  }
  // The offset that the packet carries.
  static std::string offset_of(const std::string& packet) {
    const size_t end = packet.rfind('"');
    const size_t begin = packet.rfind('"', end - 1);
    return packet.substr(begin + 1, end - begin - 1);
  }
  static std::vector<std::string> names(const std::vector<std::string>& packets) {
    std::vector<std::string> all;
    for (const std::string& p : packets) {
      const size_t begin = p.find("[\"") + 2;
      all.push_back(p.substr(begin, p.find('"', begin) - begin));
    }
    return all;
  }
  // A session that has received "first".
  std::string lost_after_first() {
    connect();
    broadcast("first");
    const std::string offset = offset_of(clients_.back()->received().at(0));
    lose();
    return offset;
  }

  Config config_;
  engineio::Config engine_config_;
  engineio::RecordingHost time_;
  RecordingHubHost host_{time_};
  Hub hub_{config_, host_};
  FakeApplication application_{hub_};
  std::vector<std::unique_ptr<FakeClient>> clients_;
  std::string sid_;
  std::string pid_;
};

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
  hub_.accept(application_.tickets[0], std::make_shared<Data>("kept"));
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
  EXPECT_EQ(static_cast<const Data*>(socket().data())->text, "kept");
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

TEST_F(RecoveryTest, EndsWithItsWindow) {
  const std::string offset = lost_after_first();
  const std::string sid = sid_;
  time_.pass(2min + 100ms);
  hub_.end_turn();
  EXPECT_THAT(host_.open, IsEmpty());
  come_back(offset);
  EXPECT_NE(sid_, sid);
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

TEST_F(RecoveryTest, NumbersOnlyWhatClientsGetThatMayComeBack) {
  config_.recovery->whose = [this](const engineio::Handshake&) { return clients_.size() == 1; };
  connect();
  connect();
  EXPECT_FALSE(socket().may_come_back());
  broadcast("all");
  EXPECT_EQ(clients_[1]->received(), std::vector<std::string>{R"(2/a,["all",1])"});
  const std::string numbered = clients_[0]->received().at(0);
  EXPECT_EQ(numbered, R"(2/a,["all",1,")" + offset_of(numbered) + R"("])");
  auto everywhere = make_broadcast_everywhere("build_event", "{}");
  hub_.number(everywhere);
  hub_.deliver(everywhere);
  EXPECT_EQ(clients_[1]->received(), std::vector<std::string>{R"(2/a,["build_event",{}])"});
  EXPECT_THAT(clients_[0]->received().at(0), StartsWith(R"(2/a,["build_event",{},")"));
  lose();
  EXPECT_FALSE(application_.sockets.empty());
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

TEST_F(RecoveryTest, KeepsNoMoreThanItsBounds) {
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

TEST_F(RecoveryTest, KeepsNoMoreSessionsThanItsBound) {
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
  EXPECT_TRUE(hub_.accept(ticket, std::make_shared<Data>("new")));
  const auto received = clients_.back()->received();
  EXPECT_THAT(names({received.at(0)}), ElementsAre("a"));
  EXPECT_EQ(received.size(), 2U);
  EXPECT_EQ(socket().id(), sid);
  EXPECT_EQ(static_cast<const Data*>(socket().data())->text, "new");
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
