#include "crema/engineio/packet_queue.h"

#include <gtest/gtest.h>

#include <string>

namespace crema::engineio {
namespace {

class PacketQueueTest : public testing::Test {
 protected:
  ~PacketQueueTest() override { queue_.clear(pool_); }
  void push(std::string_view data) { queue_.push(OutPacket::binary(data), pool_); }
  std::string copied(size_t capacity) {
    std::string out(capacity, '?');
    out.resize(queue_.copy_front(out.data(), capacity));
    return out;
  }

  PacketPool pool_;
  PacketQueue queue_;
};

TEST_F(PacketQueueTest, IsFirstInFirstOut) {
  EXPECT_TRUE(queue_.empty());
  EXPECT_FALSE(queue_.has_one());
  push("a");
  EXPECT_TRUE(queue_.has_one());
  push("b");
  EXPECT_FALSE(queue_.has_one());
  EXPECT_EQ(queue_.front().payload(), "a");
  queue_.pop(pool_);
  EXPECT_EQ(queue_.front().payload(), "b");
  queue_.pop(pool_);
  EXPECT_TRUE(queue_.empty());
  push("c");
  EXPECT_EQ(queue_.front().payload(), "c");
}

TEST_F(PacketQueueTest, KeepsTheOrderOfWhatWaitsBehindTheFirst) {
  for (const char* data : {"a", "b", "c"}) push(data);
  queue_.consume(4, pool_);  // "a", and the header of "b" but for a byte of it.
  push("d");
  EXPECT_TRUE(queue_.front_is_partial());
  EXPECT_EQ(copied(100),
            "\x01"
            "b\x82\x01"
            "c\x82\x01"
            "d");
  queue_.pop(pool_);
  queue_.pop(pool_);
  EXPECT_TRUE(queue_.has_one());
  EXPECT_EQ(queue_.front().payload(), "d");
  push("e");
  EXPECT_FALSE(queue_.has_one());
  queue_.pop(pool_);
  EXPECT_EQ(queue_.front().payload(), "e");
}

TEST_F(PacketQueueTest, CountsTheBytesOfAllQueuesOfAPool) {
  PacketQueue other;
  other.push(OutPacket::binary("abc"), pool_);
  push("defgh");
  EXPECT_EQ(pool_.queued_bytes(), other.bytes() + queue_.bytes());
  queue_.consume(3, pool_);
  EXPECT_EQ(pool_.queued_bytes(), other.bytes() + queue_.bytes());
  queue_.pop(pool_);
  EXPECT_EQ(pool_.queued_bytes(), other.bytes());
  other.clear(pool_);
  EXPECT_EQ(pool_.queued_bytes(), 0U);
}

TEST_F(PacketQueueTest, CountsTheBytesOfItsFrames) {
  push("abc");
  push("");
  EXPECT_EQ(queue_.bytes(), 7U);
  queue_.consume(2, pool_);
  EXPECT_EQ(queue_.bytes(), 5U);
  queue_.pop(pool_);
  EXPECT_EQ(queue_.bytes(), 2U);
  queue_.clear(pool_);
  EXPECT_EQ(queue_.bytes(), 0U);
}

TEST_F(PacketQueueTest, CopiesOnlyWholeFrames) {
  push("abc");
  push("de");
  EXPECT_EQ(copied(4), "");
  EXPECT_EQ(copied(5),
            "\x82\x03"
            "abc");
  EXPECT_EQ(copied(8),
            "\x82\x03"
            "abc");
  EXPECT_EQ(copied(9),
            "\x82\x03"
            "abc\x82\x02"
            "de");
}

TEST_F(PacketQueueTest, GoesOnInTheMiddleOfAFrame) {
  push("abc");
  push("de");
  EXPECT_FALSE(queue_.front_is_partial());
  queue_.consume(3, pool_);
  EXPECT_TRUE(queue_.front_is_partial());
  EXPECT_EQ(queue_.front_rest(), "bc");
  EXPECT_EQ(copied(100),
            "bc\x82\x02"
            "de");
  queue_.consume(3, pool_);
  EXPECT_TRUE(queue_.front_is_partial());
  EXPECT_EQ(queue_.front_rest(),
            "\x02"
            "de");
  queue_.consume(3, pool_);
  EXPECT_TRUE(queue_.empty());
  EXPECT_FALSE(queue_.front_is_partial());
}

TEST_F(PacketQueueTest, NeedsNoNodeForAPacketThatIsAlone) {
  PacketPool::Node* node = pool_.take(OutPacket::binary("a"));
  pool_.give_back(node);
  push("b");
  PacketPool::Node* free = pool_.take(OutPacket::binary("c"));
  EXPECT_EQ(free, node);
  pool_.give_back(free);
}

TEST_F(PacketQueueTest, ReusesNodes) {
  for (const char* data : {"first", "second"}) push(data);
  queue_.clear(pool_);
  PacketPool::Node* node = pool_.take(OutPacket::binary("b"));
  PacketPool::Node* other = pool_.take(OutPacket::binary("c"));
  EXPECT_NE(node, other);
  pool_.give_back(node);
  EXPECT_FALSE(node->packet) << "an idle node holds no bytes";
  PacketPool::Node* again = pool_.take(OutPacket::binary("d"));
  EXPECT_EQ(again, node);
  EXPECT_EQ(again->packet.payload(), "d");
  pool_.give_back(again);
  pool_.give_back(other);
}

TEST_F(PacketQueueTest, NodesThatAreKeptCanBeFreed) {
  for (int i = 0; i < 100; ++i) push("x");
  queue_.clear(pool_);
  pool_.shrink();
  push("after");
  EXPECT_EQ(queue_.front().payload(), "after");
}

TEST_F(PacketQueueTest, AsksForCompressionWhenAnyPacketDoes) {
  EXPECT_EQ(queue_.compress(), Compress::kNo);
  queue_.push(OutPacket::binary("a").with(Compress::kNo), pool_);
  EXPECT_EQ(queue_.compress(), Compress::kNo);
  push("b");
  EXPECT_EQ(queue_.compress(), Compress::kYes);
}

TEST_F(PacketQueueTest, ForgetsThatAPacketThatLeftAskedForCompression) {
  push("a");
  EXPECT_EQ(queue_.compress(), Compress::kYes);
  queue_.push(OutPacket::binary("b").with(Compress::kNo), pool_);
  EXPECT_EQ(queue_.compress(), Compress::kYes);
  queue_.pop(pool_);
  EXPECT_EQ(queue_.compress(), Compress::kNo);
}

}  // namespace
}  // namespace crema::engineio
