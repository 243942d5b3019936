// Which shards have members in a room, so that a message wakes no thread in vain.
#pragma once

#include "crema/socketio/selection.h"

#include <array>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace crema::server {

// A set of shards, one bit each.
using ShardSet = uint64_t;

// The one structure all shards share; any thread. Striped locks, never two at a time. When
// `opened` has returned, a broadcast that begins on any thread finds the shard.
class RoomDirectory {
 public:
  explicit RoomDirectory(unsigned shards) : shards_(shards) {}

  // `room` is empty for the namespace itself.
  void opened(unsigned shard, std::string_view nsp, std::string_view room);
  void emptied(unsigned shard, std::string_view nsp, std::string_view room);

  // Somebody is about to join on that shard: it is found from now on, whatever empties there before
  // the join, until as many calls of `settle` say what became of it.
  void expect(unsigned shard, std::string_view nsp, std::string_view room);
  enum class Members : uint8_t { kNone, kSome };
  void settle(unsigned shard, std::string_view nsp, std::string_view room, Members members);

  [[nodiscard]] ShardSet shards_of(const socketio::Selection& selection) const;
  // Rooms and namespaces known; 0 while there is one shard, which needs no directory.
  [[nodiscard]] size_t size() const;
  // Cuts its tables to what they hold.
  void shrink();

 private:
  static constexpr size_t kStripes = 16;
  struct Stripe {
    mutable std::mutex mutex;
    std::unordered_map<std::string, ShardSet> shards;    // Guarded by mutex.
    std::unordered_map<std::string, unsigned> expected;  // Guarded. By key and shard.
  };
  // With the stripe's lock held.
  static void clear(Stripe& stripe, unsigned shard, const std::string& key);

  [[nodiscard]] ShardSet find(std::string_view nsp, std::string_view room) const;
  [[nodiscard]] size_t stripe_of(const std::string& key) const;
  [[nodiscard]] ShardSet all() const;

  const unsigned shards_;
  std::array<Stripe, kStripes> stripes_;
};

}  // namespace crema::server
