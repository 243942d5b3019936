// The adapter of one process, told things on one thread about sockets of all.
#include "crema/server/shard_adapter.h"

#include "crema/engineio/session_id.h"
#include "crema/server/server_for_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <future>
#include <string>
#include <unistd.h>
#include <vector>

namespace crema::server {
namespace {

using socketio::BroadcastResult;
using socketio::SocketInfo;

class ShardAdapterTest : public ServerTest {
 protected:
  // Runs `fn` with the home shard's adapter on its thread; `fn` fulfils the promise it is given.
  template <class T, class F>
  T at_home(F fn) {
    auto promise = std::make_shared<std::promise<T>>();
    auto value = promise->get_future();
    server_->home().loop().post([this, promise, fn] {
      fn(server_->home().adapter(), [promise](T t) { promise->set_value(std::move(t)); });
    });
    EXPECT_EQ(value.wait_for(std::chrono::seconds(10)), std::future_status::ready);
    return value.get();
  }
  std::vector<SocketInfo> fetch(std::vector<std::string> rooms = {}) {
    return at_home<std::vector<SocketInfo>>([rooms](socketio::Adapter& adapter, auto done) {
      adapter.fetch_sockets({.nsp = "/a", .rooms = rooms}, done);
    });
  }
  // How often a shard's thread has gone to sleep.
  long sleeps(unsigned shard) {
    std::promise<pid_t> promise;
    server_->home().peer(shard).loop().post([&promise] { promise.set_value(::gettid()); });
    std::ifstream status("/proc/self/task/" + std::to_string(promise.get_future().get()) +
                         "/status");
    for (std::string word; status >> word;) {
      long count = 0;
      if (word == "voluntary_ctxt_switches:" && status >> count) return count;
    }
    ADD_FAILURE() << "the kernel does not tell";
    return 0;
  }
  // One on every shard, twice.
  void open_all() {
    start();
    for (unsigned i = 0; i < 2 * GetParam(); ++i) clients_.push_back(open_websocket());
  }

  std::vector<ClientForTest> clients_;
};

INSTANTIATE_TEST_SUITE_P(Shards, ShardAdapterTest, testing::Values(1U, 3U));

TEST_P(ShardAdapterTest, FetchesMovesAndDisconnectsSocketsOfAllShards) {
  open_all();
  const std::vector<SocketInfo> all = fetch();
  ASSERT_EQ(all.size(), clients_.size());
  at_home<bool>([&](socketio::Adapter& adapter, auto done) {
    adapter.add_sockets({.nsp = "/a", .except = {all[0].id}}, {"t", "s"});
    adapter.del_sockets({.nsp = "/a", .rooms = {all[1].id}}, {"s"});
    done(true);
  });
  // Other shards move theirs when they get to it; each has, when it has answered this.
  EXPECT_EQ(fetch().size(), clients_.size());
  EXPECT_EQ(fetch({"t"}).size(), clients_.size() - 1);
  EXPECT_EQ(fetch({"s"}).size(), clients_.size() - 2);
  at_home<bool>([](socketio::Adapter& adapter, auto done) {
    adapter.disconnect_sockets({.nsp = "/a"}, socketio::Disconnect::kConnection);
    done(true);
  });
  for (ClientForTest& client : clients_) {
    EXPECT_EQ(client.frame(), "41/a,");
    EXPECT_EQ(client.frame(), "close:");
  }
  EXPECT_TRUE(fetch().empty());
}

TEST_P(ShardAdapterTest, BroadcastsAndGathersAcknowledgementsOfAllShards) {
  open_all();
  std::promise<BroadcastResult> promise;
  server_->home().loop().post([&] {
    server_->home().adapter().broadcast_with_ack(
        {.nsp = "/a"}, "ask", "1", nullptr, std::chrono::seconds(10),
        [&](const BroadcastResult& result) { promise.set_value(result); });
  });
  for (ClientForTest& client : clients_) {
    EXPECT_EQ(client.frame(), R"(42/a,0["ask",1])");
    client.send_text(R"(43/a,0["yes"])");
  }
  const BroadcastResult result = promise.get_future().get();
  EXPECT_TRUE(result.complete);
  EXPECT_EQ(result.responses, std::vector<std::string>(clients_.size(), R"("yes")"));
}

TEST_P(ShardAdapterTest, WakesNoShardWhereTheRoomHasNoMember) {
  constexpr int kEvents = 200;
  open_all();
  const std::string id = fetch().front().id;
  at_home<bool>([&](socketio::Adapter& adapter, auto done) {
    adapter.add_sockets({.nsp = "/a", .rooms = {id}}, {"one"});
    done(true);
  });
  ASSERT_EQ(fetch({"one"}).size(), 1U);
  std::vector<long> before;
  for (unsigned i = 0; i < GetParam(); ++i) before.push_back(sleeps(i));
  for (int i = 0; i < kEvents; ++i) {
    at_home<bool>([](socketio::Adapter& adapter, auto done) {
      adapter.broadcast(socketio::make_broadcast("/a", {"one"}, "e", "1"));
      done(true);
    });
    fetch({"one"});  // It has been delivered.
  }
  // Where there is work a thread may be given more before it sleeps: on a busy machine mostly.
  long slept_where_it_is_heard = 0;
  for (unsigned i = 0; i < GetParam(); ++i) {
    const long slept = sleeps(i) - before[i];
    if (i == server_->home().index() || i == engineio::shard_of(id)) {
      slept_where_it_is_heard += slept;
    } else {
      EXPECT_LT(slept, kEvents / 20) << i;
    }
  }
  EXPECT_GT(slept_where_it_is_heard, 0) << "the counter counts";
}

TEST_P(ShardAdapterTest, GathersNothingFromNobody) {
  start();
  const bool complete = at_home<bool>([](socketio::Adapter& adapter, auto done) {
    adapter.broadcast_with_ack({.nsp = "/x"}, "ask", "", nullptr, std::chrono::seconds(10),
                               [done](const BroadcastResult& result) { done(result.complete); });
  });
  EXPECT_TRUE(complete);
  EXPECT_TRUE(fetch().empty());
}

}  // namespace
}  // namespace crema::server
