// What the heap has to do with a message that is sent to many, and with a client that is idle.
#include "crema/base/heap_use_for_test.h"
#include "crema/server/counters.h"
#include "crema/server/server_for_test.h"

#include <gtest/gtest.h>

#include <future>
#include <string>
#include <vector>

#ifdef CREMA_COUNTS_HEAP_USE

namespace crema::server {
namespace {

using base::HeapUse;

constexpr int kMessages = 50;
constexpr size_t kFew = 20;
constexpr size_t kMany = 200;

class AllocationsTest : public ServerTest {
 protected:
  template <class Action>
  void on_shard(Action action) {
    std::promise<void> done;
    server_->shards()[0]->loop().post([&] {
      action();
      done.set_value();
    });
    done.get_future().wait();
  }

  HeapUse heap_use() {
    HeapUse use;
    on_shard([&] { use = base::t_heap_use; });
    return use;
  }

  void open_until(size_t count) {
    while (clients_.size() < count) {
      clients_.push_back(open_websocket());
      clients_.back().send_text(R"(42/a,["join"])");
      EXPECT_EQ(clients_.back().frame(), R"(42/a,["joined"])");
    }
  }

  // Sends messages, each in a turn of its own and received by all before the next.
  void tell_all(int messages) {
    for (int i = 0; i < messages; ++i) {
      on_shard([this] {
        server_->shards()[0]->broadcast(
            socketio::make_broadcast("/a", {"r"}, "news", R"({"of":"the day"})"));
      });
      for (ClientForTest& client : clients_) {
        ASSERT_EQ(client.frame(), R"(42/a,["news",{"of":"the day"}])");
      }
    }
  }

  int64_t allocations_of(int messages) {
    tell_all(messages);  // Pools and tables grow to their size.
    const int64_t before = heap_use().allocations;
    tell_all(messages);
    return heap_use().allocations - before;
  }

  std::vector<ClientForTest> clients_;
};

INSTANTIATE_TEST_SUITE_P(OneShard, AllocationsTest, testing::Values(1U));

TEST_P(AllocationsTest, ABroadcastMakesNoneForEachReceiver) {
  start();
  open_until(kFew);
  const int64_t to_few = allocations_of(kMessages);
  open_until(kMany);
  const int64_t to_many = allocations_of(kMessages);
  EXPECT_GT(to_few, 0) << "the counter counts";
  EXPECT_EQ(to_many, to_few);
}

// 1,051 when this was written: a little more is for other compilers and allocators.
constexpr int64_t kIdleBytesMax = 1200;

TEST_P(AllocationsTest, AnIdleWebSocketKeepsLittleMemory) {
  start();
  open_until(kFew);
  const int64_t before = heap_use().bytes;
  open_until(kFew + kMany);
  const int64_t each = (heap_use().bytes - before) / static_cast<int64_t>(kMany);
  RecordProperty("bytes", static_cast<int>(each));
  EXPECT_LE(each, kIdleBytesMax);
  EXPECT_GT(each, 0) << "the counter counts";
}

}  // namespace
}  // namespace crema::server

#endif
