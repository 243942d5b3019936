// Several shards in one thread, whose queues the test empties in any order it likes.
#include "crema/socketio/handover.h"

#include "crema/engineio/session_id.h"
#include "crema/socketio/hub_for_test.h"
#include "crema/socketio/recovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace crema::socketio {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Data final : SocketData {};

// Which shards have members, as server::RoomDirectory.
struct Directory {
  std::map<std::string, std::set<unsigned>> open;
  std::map<std::string, std::multiset<unsigned>> expected;

  static std::string key(std::string_view nsp, std::string_view room) {
    return std::string(nsp) + " " + std::string(room);
  }
  std::set<unsigned> shards_of(const Selection& to) {
    std::set<unsigned> found;
    const auto add = [&](const std::string& name) {
      found.insert(open[name].begin(), open[name].end());
      found.insert(expected[name].begin(), expected[name].end());
    };
    if (to.rooms.empty()) add(key(to.nsp, ""));
    for (const std::string& room : to.rooms) {
      add(key(to.nsp, room));
      if (const auto shard = engineio::shard_of(room)) found.insert(*shard);
    }
    return found;
  }
  // What is open or expected somewhere.
  [[nodiscard]] std::vector<std::string> left() const {
    std::vector<std::string> all;
    for (const auto& [key, shards] : open) {
      for (const unsigned shard : shards) all.push_back(std::to_string(shard) + " " + key);
    }
    for (const auto& [key, shards] : expected) {
      for (const unsigned shard : shards) all.push_back(std::to_string(shard) + " expects " + key);
    }
    return all;
  }
};

class Cluster;

class SimulatedShard final : public HubHost {
 public:
  SimulatedShard(Cluster& cluster, unsigned index);

  unsigned shard() const override { return index_; }
  unsigned shards() const override;
  base::TimePoint now() override;
  base::TimingWheel& wheel() override;
  void namespace_opened(std::string_view nsp) override { room_opened(nsp, ""); }
  void namespace_emptied(std::string_view nsp) override { room_emptied(nsp, ""); }
  void room_opened(std::string_view nsp, std::string_view room) override;
  void room_emptied(std::string_view nsp, std::string_view room) override;
  void expect_room(unsigned shard, std::string_view nsp, std::string_view room) override;
  void settle_room(std::string_view nsp, std::string_view room) override;
  void post_to(unsigned shard, std::function<void(Hub&)> fn) override;

 private:
  Cluster& cluster_;
  const unsigned index_;

 public:
  std::deque<std::function<void(Hub&)>> inbox;
  Hub hub;
  FakeApplication application{hub};
};

class Cluster {
 public:
  explicit Cluster(unsigned count) {
    config.recovery = RecoveryConfig{};
    for (unsigned i = 0; i < count; ++i) {
      shards.push_back(std::make_unique<SimulatedShard>(*this, i));
      shards.back()->hub.set_application(shards.back()->application);
    }
  }

  void broadcast(unsigned origin, Selection to, const std::string& event) {
    Hub& hub = shards[origin]->hub;
    auto made = make_broadcast(std::move(to), event, "", nullptr);
    hub.number(made);
    const auto shared = std::make_shared<const Broadcast>(std::move(made));
    for (const unsigned shard : directory.shards_of(*shared)) {
      if (shard == origin) continue;
      shards[shard]->inbox.push_back([shared](Hub& there) { there.deliver(*shared); });
    }
    if (directory.shards_of(*shared).contains(origin)) hub.deliver(*shared);
  }
  // One handler of that shard. False: it has none.
  bool step(unsigned shard) {
    auto& inbox = shards[shard]->inbox;
    if (inbox.empty()) return false;
    const auto fn = std::move(inbox.front());
    inbox.pop_front();
    fn(shards[shard]->hub);
    shards[shard]->hub.end_turn();
    return true;
  }
  void settle() {
    bool more = true;
    while (more) {
      more = false;
      for (unsigned i = 0; i < shards.size(); ++i) more |= step(i);
    }
    for (const auto& shard : shards) shard->hub.end_turn();
  }

  Config config;
  engineio::Config engine_config;
  engineio::RecordingHost time;
  Directory directory;
  std::vector<std::unique_ptr<SimulatedShard>> shards;
};

SimulatedShard::SimulatedShard(Cluster& cluster, unsigned index)
    : cluster_(cluster), index_(index), hub(cluster.config, *this) {}
unsigned SimulatedShard::shards() const { return static_cast<unsigned>(cluster_.shards.size()); }
base::TimePoint SimulatedShard::now() { return cluster_.time.now(); }
base::TimingWheel& SimulatedShard::wheel() { return cluster_.time.wheel(); }
void SimulatedShard::room_opened(std::string_view nsp, std::string_view room) {
  cluster_.directory.open[Directory::key(nsp, room)].insert(index_);
}
void SimulatedShard::room_emptied(std::string_view nsp, std::string_view room) {
  cluster_.directory.open[Directory::key(nsp, room)].erase(index_);
}
void SimulatedShard::expect_room(unsigned shard, std::string_view nsp, std::string_view room) {
  cluster_.directory.expected[Directory::key(nsp, room)].insert(shard);
}
void SimulatedShard::settle_room(std::string_view nsp, std::string_view room) {
  auto& expected = cluster_.directory.expected[Directory::key(nsp, room)];
  ASSERT_TRUE(expected.contains(index_)) << nsp << " " << room << ": settled once too often";
  expected.erase(expected.find(index_));
}
void SimulatedShard::post_to(unsigned shard, std::function<void(Hub&)> fn) {
  ASSERT_NE(shard, index_);
  cluster_.shards[shard]->inbox.push_back(std::move(fn));
}

// The official client, as far as recovery concerns it.
class Client {
 public:
  explicit Client(Cluster& cluster) : cluster_(cluster) {}

  void connect(unsigned shard) {
    raw_ = std::make_unique<FakeClient>(cluster_.shards[shard]->hub, cluster_.time,
                                        cluster_.engine_config);
    std::string auth = pid.empty() ? "{}" : R"({"pid":")" + pid + '"';
    if (!pid.empty()) auth += offset.empty() ? "}" : R"(,"offset":")" + offset + "\"}";
    raw_->send("0/a," + auth);
    connected = false;
  }
  // Reads, but no more than `most` packets: the others were on the wire when it was cut.
  void read(size_t most = 1'000'000) {
    if (!raw_) return;
    std::vector<std::string> packets = raw_->received();
    packets.resize(std::min(packets.size(), most));
    for (const std::string& packet : packets) {
      packet.starts_with("0/a,") ? on_connect(packet) : on_event(packet);
    }
  }
  void cut() {
    if (raw_) raw_->session.fail(engineio::CloseReason::kTransportClose);
    raw_.reset();
  }
  void leave() { raw_->send("1/a,"); }
  [[nodiscard]] bool has_connection() const { return raw_ && raw_->open(); }

  std::string pid;
  std::string sid;
  std::string offset;
  bool connected = false;
  int sessions = 0;
  std::vector<std::string> heard;

 private:
  static std::string between(const std::string& text, const std::string& from) {
    const size_t at = text.find(from) + from.size();
    return text.substr(at, text.find('"', at) - at);
  }
  void on_connect(const std::string& packet) {
    connected = true;
    const std::string given = between(packet, R"("pid":")");
    sessions += given != pid;
    pid = given;
    sid = between(packet, R"("sid":")");
  }
  void on_event(const std::string& packet) {
    heard.push_back(between(packet, "[\""));
    const size_t end = packet.rfind('"');
    const size_t begin = packet.rfind('"', end - 1);
    offset = packet.substr(begin + 1, end - begin - 1);
  }

  Cluster& cluster_;
  std::unique_ptr<FakeClient> raw_;
};

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

// Clients are cut at any moment, what is on the wire with it, and come back on any shard, while
// every shard publishes and its queue stands where chance has left it.
TEST(Handover, EveryEventComesOnceAndInOrderWhateverTheInterleaving) {
  for (unsigned seed = 1; seed <= 500; ++seed) {
    std::mt19937 random(seed);
    const auto below = [&random](size_t n) { return static_cast<unsigned>(random() % n); };
    Cluster cluster(2 + below(3));
    const auto count = cluster.shards.size();
    std::vector<Client> clients;
    for (unsigned i = 0; i < 3; ++i) {
      clients.emplace_back(cluster).connect(below(count));
      clients.back().read();
    }
    for (const auto& shard : cluster.shards) {
      for (Socket* socket : shard->application.sockets) socket->join("r");
    }
    std::vector<std::vector<std::string>> sent(count);  // By origin.
    for (int i = 0; i < 400; ++i) {
      Client& client = clients[below(clients.size())];
      const unsigned shard = below(count);
      switch (below(10)) {
        case 0:
          client.read(below(4));
          client.cut();
          break;
        case 1:
          if (!client.has_connection()) client.connect(shard);
          break;
        case 2:
          client.read();
          break;
        case 3:
        case 4: {
          std::string event = std::to_string(shard) + ":" + std::to_string(sent[shard].size());
          Selection to{.nsp = "/a"};
          if (below(2) == 0) to.rooms = {"r", clients[0].sid};
          cluster.broadcast(shard, to, event);
          sent[shard].push_back(std::move(event));
          break;
        }
        default:
          cluster.step(shard);
      }
    }
    cluster.settle();
    for (Client& client : clients) {
      client.read();
      if (!client.has_connection()) client.connect(below(count));
      cluster.settle();
      client.read();
      EXPECT_TRUE(client.connected);
      EXPECT_EQ(client.sessions, 1) << "seed " << seed;
      for (unsigned origin = 0; origin < count; ++origin) {
        const std::string prefix = std::to_string(origin) + ":";
        std::vector<std::string> heard;
        for (const std::string& each : client.heard) {
          if (each.starts_with(prefix)) heard.push_back(each);
        }
        ASSERT_EQ(heard, sent[origin]) << "seed " << seed << ", origin " << origin;
      }
      client.leave();
      cluster.settle();
      client.cut();
    }
    cluster.settle();
    ASSERT_THAT(cluster.directory.left(), IsEmpty()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace crema::socketio
