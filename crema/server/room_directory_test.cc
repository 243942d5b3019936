#include "crema/server/room_directory.h"

#include "crema/engineio/session_id.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace crema::server {
namespace {

ShardSet shards(const RoomDirectory& directory, std::string nsp, std::vector<std::string> rooms) {
  return directory.shards_of({.nsp = std::move(nsp), .rooms = std::move(rooms)});
}

TEST(RoomDirectory, KnowsTheShardsOfARoom) {
  RoomDirectory directory(4);
  directory.opened(0, "/a", "r");
  directory.opened(3, "/a", "r");
  directory.opened(1, "/b", "r");
  directory.opened(2, "/a", "s");
  EXPECT_EQ(shards(directory, "/a", {"r"}), 0b1001U);
  EXPECT_EQ(shards(directory, "/a", {"r", "s"}), 0b1101U);
  EXPECT_EQ(shards(directory, "/b", {"r"}), 0b0010U);
  EXPECT_EQ(shards(directory, "/a", {"x"}), 0U);
  EXPECT_EQ(shards(directory, "/c", {"r"}), 0U);
}

TEST(RoomDirectory, FindsAShardWhereSomebodyIsAboutToJoin) {
  using Members = RoomDirectory::Members;
  RoomDirectory directory(4);
  directory.opened(2, "/a", "r");
  directory.expect(2, "/a", "r");
  directory.expect(2, "/a", "r");
  directory.emptied(2, "/a", "r");
  EXPECT_EQ(shards(directory, "/a", {"r"}), 0b0100U) << "the joins are still to come";
  directory.settle(2, "/a", "r", Members::kNone);
  EXPECT_EQ(shards(directory, "/a", {"r"}), 0b0100U);
  directory.settle(2, "/a", "r", Members::kNone);
  EXPECT_EQ(directory.size(), 0U);
  directory.expect(1, "/a", "r");
  directory.settle(1, "/a", "r", Members::kSome);
  EXPECT_EQ(shards(directory, "/a", {"r"}), 0b0010U);
}

TEST(RoomDirectory, KnowsTheShardsOfANamespace) {
  RoomDirectory directory(4);
  directory.opened(1, "/a", "");
  directory.opened(2, "/a", "r");
  EXPECT_EQ(shards(directory, "/a", {}), 0b0010U);
}

TEST(RoomDirectory, ForgetsWhatIsEmpty) {
  RoomDirectory directory(2);
  directory.opened(0, "/a", "r");
  directory.opened(1, "/a", "r");
  EXPECT_EQ(directory.size(), 1U);
  directory.emptied(0, "/a", "r");
  EXPECT_EQ(shards(directory, "/a", {"r"}), 0b10U);
  directory.emptied(1, "/a", "r");
  directory.emptied(1, "/a", "r");
  EXPECT_EQ(shards(directory, "/a", {"r"}), 0U);
  EXPECT_EQ(directory.size(), 0U);
}

TEST(RoomDirectory, SendsABroadcastToEveryNamespaceToAllShards) {
  EXPECT_EQ(shards(RoomDirectory(3), "", {}), 0b111U);
  EXPECT_EQ(shards(RoomDirectory(64), "", {}), ~ShardSet{0});
}

TEST(RoomDirectory, FindsASocketByItsId) {
  const RoomDirectory directory(4);
  EXPECT_EQ(shards(directory, "/a", {engineio::make_session_id(2)}), 0b100U);
  EXPECT_EQ(shards(directory, "/a", {engineio::make_session_id(5)}), 0U) << "no such shard";
}

TEST(RoomDirectory, KeepsNothingForOneShard) {
  RoomDirectory directory(1);
  directory.opened(0, "/a", "r");
  EXPECT_EQ(directory.size(), 0U);
  EXPECT_EQ(shards(directory, "/a", {"x"}), 1U);
}

TEST(RoomDirectory, KeepsNamespaceAndRoomApart) {
  RoomDirectory directory(2);
  directory.opened(0, "/a", "b");
  EXPECT_EQ(shards(directory, "/ab", {}), 0U);
  EXPECT_EQ(shards(directory, "/", {"ab"}), 0U);
}

TEST(RoomDirectory, IsSharedByItsShards) {
  constexpr unsigned kShards = 4;
  RoomDirectory directory(kShards);
  std::vector<std::thread> threads;
  for (unsigned shard = 0; shard < kShards; ++shard) {
    threads.emplace_back([&directory, shard] {
      for (int i = 0; i < 1000; ++i) {
        const std::string room = std::to_string(i % 8);
        directory.opened(shard, "/a", room);
        EXPECT_TRUE(shards(directory, "/a", {room}) & (ShardSet{1} << shard));
        if (i < 992) directory.emptied(shard, "/a", room);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int room = 0; room < 8; ++room) {
    EXPECT_EQ(shards(directory, "/a", {std::to_string(room)}), 0b1111U);
  }
}

}  // namespace
}  // namespace crema::server
