// What the heap has to do with a message that is sent to many, and with a client that is idle.
#include "crema/server/counters.h"
#include "crema/server/server_for_test.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <future>
#include <malloc.h>
#include <new>
#include <string>
#include <vector>

// A sanitizer brings an allocator of its own.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace {

// What this thread has asked the heap for since it began.
struct HeapUse {
  int64_t allocations = 0;
  int64_t bytes = 0;  // That are still there; those of the heap's own bookkeeping too.
};
thread_local HeapUse t_use;

constexpr int64_t kChunkHeader = sizeof(size_t);

void* counted(void* memory) {
  if (!memory) throw std::bad_alloc();
  ++t_use.allocations;
  t_use.bytes += static_cast<int64_t>(::malloc_usable_size(memory)) + kChunkHeader;
  return memory;
}

void give_back(void* memory) noexcept {
  if (!memory) return;
  t_use.bytes -= static_cast<int64_t>(::malloc_usable_size(memory)) + kChunkHeader;
  std::free(memory);
}

}  // namespace

void* operator new(size_t size) { return counted(std::malloc(size)); }
void* operator new(size_t size, std::align_val_t alignment) {
  const auto align = static_cast<size_t>(alignment);
  return counted(std::aligned_alloc(align, (size + align - 1) / align * align));
}
void operator delete(void* memory) noexcept { give_back(memory); }
void operator delete(void* memory, size_t) noexcept { give_back(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { give_back(memory); }
void operator delete(void* memory, size_t, std::align_val_t) noexcept { give_back(memory); }

namespace crema::server {
namespace {

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
    on_shard([&] { use = t_use; });
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
