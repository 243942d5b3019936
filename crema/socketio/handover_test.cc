// Sessions that move between the shards of a simulated server.
#include "crema/socketio/handover.h"

#include "crema/engineio/session_id.h"
#include "crema/socketio/cluster_for_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

namespace crema::socketio {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Data final : SocketData {};

class HandoverTest : public testing::Test {
 protected:
  ~HandoverTest() override {
    client_.cut();
    cluster_.settle();
    for (const auto& shard : cluster_.shards) shard->hub.forget_lost();
    cluster_.settle();
    EXPECT_THAT(cluster_.directory.left(), IsEmpty());
    for (const auto& shard : cluster_.shards) EXPECT_THAT(shard->hub.namespaces(), IsEmpty());
  }

  Socket* socket_on(unsigned shard) { return cluster_.shards[shard]->hub.find("/a", client_.sid); }
  void connect(unsigned shard) {
    client_.connect(shard);
    cluster_.settle();
    client_.read();
  }

  Cluster cluster_{3};
  Client client_{cluster_};
};

TEST_F(HandoverTest, ASessionComesBackOnAnotherShardWithItsRoomsDataAndWhatItMissed) {
  cluster_.shards[0]->application.accepts = false;
  client_.connect(0);
  const auto data = std::make_shared<Data>();
  cluster_.shards[0]->hub.accept(cluster_.shards[0]->application.tickets[0], data);
  client_.read();
  const std::string sid = client_.sid;
  socket_on(0)->join("r");
  cluster_.broadcast(1, {.nsp = "/a"}, "first");
  cluster_.settle();
  client_.read();
  client_.cut();
  cluster_.broadcast(1, {.nsp = "/a", .rooms = {"r"}}, "to r");
  cluster_.broadcast(2, {.nsp = "/a", .rooms = {"s"}}, "to s");
  cluster_.broadcast(0, {.nsp = "/a", .rooms = {sid}}, "to me");
  cluster_.broadcast(0, {.nsp = "/a", .except = {"r"}}, "not to r");
  connect(2);
  EXPECT_THAT(client_.heard, ElementsAre("first", "to me", "to r"));
  EXPECT_EQ(client_.sid, sid);
  EXPECT_EQ(client_.sessions, 1);
  ASSERT_NE(socket_on(2), nullptr);
  EXPECT_EQ(socket_on(0), nullptr);
  EXPECT_TRUE(socket_on(2)->recovered() && socket_on(2)->in("r"));
  EXPECT_EQ(socket_on(2)->shared_data(), data);
  EXPECT_THAT(cluster_.shards[2]->application.heard, ElementsAre("connected /a"));
  cluster_.broadcast(1, {.nsp = "/a", .rooms = {sid}}, "by its id");
  cluster_.broadcast(1, {.nsp = "/a", .rooms = {"r"}}, "again");
  cluster_.settle();
  client_.read();
  EXPECT_THAT(client_.heard, ElementsAre("first", "to me", "to r", "by its id", "again"));
}

TEST_F(HandoverTest, ASessionMovesOnAndHomeAgain) {
  connect(0);
  for (const unsigned shard : {1U, 2U, 0U, 1U, 1U}) {
    client_.cut();
    cluster_.broadcast(2, {.nsp = "/a"}, "to " + std::to_string(shard));
    connect(shard);
    EXPECT_NE(socket_on(shard), nullptr);
  }
  EXPECT_THAT(client_.heard, ElementsAre("to 1", "to 2", "to 0", "to 1", "to 1"));
  EXPECT_EQ(client_.sessions, 1);
}

TEST_F(HandoverTest, EventsFromTheClientWaitForTheMove) {
  connect(0);
  client_.cut();
  cluster_.settle();
  FakeClient raw(cluster_.shards[1]->hub, cluster_.time, cluster_.engine_config);
  raw.send("0/a,{\"pid\":\"" + client_.pid + "\"}");
  raw.send(R"(2/a,["early"])");
  EXPECT_THAT(raw.received(), IsEmpty());
  cluster_.settle();
  EXPECT_THAT(cluster_.shards[1]->application.heard, ElementsAre("connected /a", "/a early"));
}

TEST_F(HandoverTest, AClientThatLeavesWhileItWaitsMayAskAgainElsewhere) {
  connect(0);
  client_.cut();
  client_.connect(1);
  client_.cut();
  cluster_.broadcast(0, {.nsp = "/a"}, "missed");
  connect(2);
  EXPECT_EQ(client_.sessions, 1);
  EXPECT_THAT(client_.heard, ElementsAre("missed"));
  EXPECT_THAT(cluster_.shards[1]->application.heard, IsEmpty()) << "it was not asked";
}

TEST_F(HandoverTest, AClientThatNoticedTheLossFirstIsServed) {
  connect(0);
  cluster_.broadcast(0, {.nsp = "/a"}, "on a dead wire");
  Client again(cluster_);
  again.pid = client_.pid;
  again.connect(1);
  cluster_.settle();
  again.read();
  EXPECT_EQ(again.sid, client_.sid);
  EXPECT_THAT(again.heard, ElementsAre("on a dead wire"));
  EXPECT_EQ(socket_on(0), nullptr);
}

TEST_F(HandoverTest, WhatNobodyKnowsBeginsANewSession) {
  for (const std::string& pid : {engineio::make_session_id(0), engineio::make_session_id(2)}) {
    client_.pid = pid;
    connect(1);
    EXPECT_NE(client_.pid, pid);
    client_.leave();
    client_.cut();
  }
  EXPECT_EQ(client_.sessions, 2);
}

TEST_F(HandoverTest, ASessionThatLeavesForGoodIsForgottenAtHomeToo) {
  connect(0);
  client_.cut();
  connect(1);
  client_.leave();
  cluster_.settle();
  EXPECT_THAT(cluster_.directory.left(), IsEmpty());
  connect(2);
  EXPECT_EQ(client_.sessions, 2);
}

TEST_F(HandoverTest, WhatIsTooMuchBeginsANewSession) {
  cluster_.config.recovery->missed_bytes_max = 100;
  connect(0);
  client_.cut();
  for (int i = 0; i < 10; ++i) cluster_.broadcast(0, {.nsp = "/a"}, "flood");
  connect(1);
  EXPECT_EQ(client_.sessions, 2);
}

TEST_F(HandoverTest, WhatMissedTooMuchArrivesWithItsRoomsToBeGivenBack) {
  cluster_.config.recovery->ask = RecoveryConfig::Ask::kApplication;
  cluster_.config.recovery->missed_bytes_max = 100;
  connect(0);
  cluster_.shards[0]->application.sockets.back()->join("r");
  client_.cut();
  for (int i = 0; i < 10; ++i) cluster_.broadcast(0, {.nsp = "/a"}, "flood");
  FakeApplication& application = cluster_.shards[1]->application;
  application.accepts = false;
  connect(1);
  ASSERT_EQ(application.tickets.size(), 1U);
  Hub& hub = cluster_.shards[1]->hub;
  EXPECT_EQ(hub.recoverable(application.tickets[0]), nullptr);
  ASSERT_NE(hub.left_behind(application.tickets[0]), nullptr);
  EXPECT_TRUE(hub.left_behind(application.tickets[0])->in("r"));
  hub.accept(application.tickets[0], nullptr);
  client_.read();
  EXPECT_EQ(client_.sessions, 2);
  client_.leave();
  cluster_.settle();
  EXPECT_THAT(cluster_.directory.left(), IsEmpty());
}

TEST_F(HandoverTest, WhoIsNewlyUnderstoodMovesAndMovesOn) {
  cluster_.config.recovery->whose = [](const engineio::Handshake&) { return false; };
  connect(0);
  cluster_.shards[0]->application.sockets.back()->join("r");
  const std::string sid = client_.sid;
  const std::string pid = client_.pid;
  client_.cut();
  cluster_.broadcast(0, {.nsp = "/a", .rooms = {"r"}}, "missed");
  connect(1);
  EXPECT_EQ(client_.sid, sid);
  EXPECT_NE(client_.pid, pid);
  EXPECT_THAT(client_.heard, ElementsAre("missed"));
  const std::string second = client_.pid;
  client_.cut();
  cluster_.broadcast(2, {.nsp = "/a", .rooms = {"r"}}, "missed on");
  connect(0);
  EXPECT_EQ(client_.sid, sid);
  EXPECT_EQ(client_.pid, second);
  EXPECT_THAT(client_.heard, ElementsAre("missed", "missed on"));
  client_.leave();
  cluster_.settle();
  EXPECT_THAT(cluster_.directory.left(), IsEmpty());
}

TEST_F(HandoverTest, TheApplicationIsAskedOnTheNewShardAndToldOnTheOld) {
  cluster_.config.recovery->ask = RecoveryConfig::Ask::kApplication;
  connect(0);
  client_.cut();
  FakeApplication& application = cluster_.shards[1]->application;
  application.accepts = false;
  connect(1);
  ASSERT_EQ(application.tickets.size(), 1U);
  Hub& hub = cluster_.shards[1]->hub;
  EXPECT_NE(hub.recoverable(application.tickets[0]), nullptr);
  hub.accept(application.tickets[0], nullptr);
  client_.read();
  EXPECT_EQ(client_.sessions, 1);
  EXPECT_EQ(cluster_.shards[0]->application.moved_to, 1U);
}

// The broadcast is posted to the shard that the session leaves, which takes it along, before it is
// posted to the one that it goes to.
TEST_F(HandoverTest, ABroadcastThatIsHalfPostedWhileASessionMovesComesOnce) {
  connect(0);
  client_.cut();
  cluster_.settle();
  client_.connect(2);
  cluster_.finish(2);
  EXPECT_TRUE(cluster_.step(0)) << "the claim; now a word of every other shard is waited for";
  cluster_.finish(0);
  EXPECT_TRUE(cluster_.step(1));
  cluster_.finish(1);
  cluster_.begin_broadcast(1, {.nsp = "/a"}, "once");
  while (cluster_.shards[0]->inbox.size() < 2) ASSERT_TRUE(cluster_.step(1));
  ASSERT_TRUE(cluster_.busy(1)) << "it is still to be posted to shard 2";
  EXPECT_TRUE(cluster_.step(2)) << "the last word";
  cluster_.finish(2);
  while (cluster_.step(0)) continue;
  EXPECT_TRUE(cluster_.step(2)) << "the session arrives";
  client_.read();
  EXPECT_TRUE(client_.connected);
  EXPECT_THAT(client_.heard, ElementsAre("once"));
  cluster_.settle();
  client_.read();
  EXPECT_THAT(client_.heard, ElementsAre("once"));
  EXPECT_EQ(client_.sessions, 1);
}

// Clients are cut at any moment, what is on the wire with it, and come back on any shard, while
// every shard publishes and stands, in its queue and within a broadcast, where chance has left it.
class Storm {
 public:
  explicit Storm(unsigned seed) : random_(seed) {
    for (unsigned i = 0; i < 3; ++i) {
      clients_.emplace_back(cluster_).connect(below(count_));
      clients_.back().read();
    }
    for (const auto& shard : cluster_.shards) {
      for (Socket* socket : shard->application.sockets) socket->join("r");
    }
  }

  void step() {
    stall();
    Client& client = clients_[below(clients_.size())];
    const unsigned shard = below(count_);
    const unsigned what = below(40);
    const bool is_of_client = what == 0 || what == 1;
    const unsigned where = is_of_client ? client.shard() : shard;
    if (stalled_for_ != 0 && where == stalled_) return;
    // A thread does one thing after the other.
    if (cluster_.busy(where) || what > 8) {
      cluster_.step(where);
    } else if (what == 0) {
      client.read(below(4));
      client.cut();
    } else if (what == 1) {
      client.read();
    } else if (what < 5) {
      if (!client.has_connection()) client.connect(shard);
    } else {
      publish(shard);
    }
  }
  // All of them have had everything, in the order of each shard.
  void end() {
    cluster_.settle();
    for (Client& client : clients_) {
      client.read();
      if (!client.has_connection()) client.connect(below(count_));
      cluster_.settle();
      client.read();
      EXPECT_TRUE(client.connected);
      EXPECT_EQ(client.sessions, 1);
      for (unsigned origin = 0; origin < count_; ++origin) {
        EXPECT_EQ(heard_from(client, origin), sent_[origin]) << "origin " << origin;
      }
      client.leave();
      cluster_.settle();
      client.cut();
    }
    cluster_.settle();
    EXPECT_THAT(cluster_.directory.left(), IsEmpty());
  }

 private:
  // Now and then a thread does not run for long, whatever it is at.
  void stall() {
    if (stalled_for_ != 0) --stalled_for_;
    if (below(30) != 0) return;
    stalled_ = below(count_);
    stalled_for_ = below(60);
  }
  unsigned below(size_t n) { return static_cast<unsigned>(random_() % n); }
  void publish(unsigned shard) {
    std::string event = std::to_string(shard) + ":" + std::to_string(sent_[shard].size());
    Selection to{.nsp = "/a"};
    if (below(2) == 0) to.rooms = {"r", clients_[0].sid};
    cluster_.begin_broadcast(shard, to, event);
    sent_[shard].push_back(std::move(event));
  }
  static std::vector<std::string> heard_from(const Client& client, unsigned origin) {
    const std::string prefix = std::to_string(origin) + ":";
    std::vector<std::string> heard;
    for (const std::string& each : client.heard) {
      if (each.starts_with(prefix)) heard.push_back(each);
    }
    return heard;
  }

  std::mt19937 random_;
  unsigned stalled_ = 0;
  unsigned stalled_for_ = 0;  // Steps of the others.
  Cluster cluster_{2 + below(3)};
  const size_t count_ = cluster_.shards.size();
  std::vector<Client> clients_;
  std::vector<std::vector<std::string>> sent_ =
      std::vector<std::vector<std::string>>(count_);  // By origin.
};

TEST(Handover, EveryEventComesOnceAndInOrderWhateverTheInterleaving) {
  for (unsigned seed = 1; seed <= 500 && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Storm storm(seed);
    for (int i = 0; i < 2000; ++i) storm.step();
    storm.end();
  }
}

}  // namespace
}  // namespace crema::socketio
