#include "crema/server/room_directory.h"

#include "crema/engineio/session_id.h"

namespace crema::server {
namespace {

// Neither part can hold a NUL that would make two pairs one: the namespace's end is where the
// first NUL is, and namespaces with a NUL are refused as no site has one.
std::string key_of(std::string_view nsp, std::string_view room) {
  std::string key(nsp);
  key.push_back('\0');
  key.append(room);
  return key;
}

std::string expected_key(const std::string& key, unsigned shard) {
  return key + static_cast<char>(shard);
}

}  // namespace

size_t RoomDirectory::stripe_of(const std::string& key) const {
  return std::hash<std::string>{}(key) % kStripes;
}

ShardSet RoomDirectory::all() const {
  return shards_ == 64 ? ~ShardSet{0} : (ShardSet{1} << shards_) - 1;
}

void RoomDirectory::opened(unsigned shard, std::string_view nsp, std::string_view room) {
  if (shards_ == 1) return;
  std::string key = key_of(nsp, room);
  Stripe& stripe = stripes_[stripe_of(key)];
  const std::lock_guard lock(stripe.mutex);
  stripe.shards[std::move(key)] |= ShardSet{1} << shard;
}

void RoomDirectory::clear(Stripe& stripe, unsigned shard, const std::string& key) {
  const auto found = stripe.shards.find(key);
  if (found == stripe.shards.end()) return;
  found->second &= ~(ShardSet{1} << shard);
  if (found->second == 0) stripe.shards.erase(found);
}

void RoomDirectory::emptied(unsigned shard, std::string_view nsp, std::string_view room) {
  if (shards_ == 1) return;
  const std::string key = key_of(nsp, room);
  Stripe& stripe = stripes_[stripe_of(key)];
  const std::lock_guard lock(stripe.mutex);
  if (!stripe.expected.contains(expected_key(key, shard))) clear(stripe, shard, key);
}

void RoomDirectory::expect(unsigned shard, std::string_view nsp, std::string_view room) {
  if (shards_ == 1) return;
  const std::string key = key_of(nsp, room);
  Stripe& stripe = stripes_[stripe_of(key)];
  const std::lock_guard lock(stripe.mutex);
  stripe.shards[key] |= ShardSet{1} << shard;
  ++stripe.expected[expected_key(key, shard)];
}

void RoomDirectory::settle(unsigned shard, std::string_view nsp, std::string_view room,
                           Members members) {
  if (shards_ == 1) return;
  const std::string key = key_of(nsp, room);
  Stripe& stripe = stripes_[stripe_of(key)];
  const std::lock_guard lock(stripe.mutex);
  const auto expected = stripe.expected.find(expected_key(key, shard));
  if (expected == stripe.expected.end()) return;
  if (--expected->second != 0) return;
  stripe.expected.erase(expected);
  if (members == Members::kNone) clear(stripe, shard, key);
}

ShardSet RoomDirectory::find(std::string_view nsp, std::string_view room) const {
  const std::string key = key_of(nsp, room);
  const Stripe& stripe = stripes_[stripe_of(key)];
  const std::lock_guard lock(stripe.mutex);
  const auto found = stripe.shards.find(key);
  return found == stripe.shards.end() ? 0 : found->second;
}

ShardSet RoomDirectory::shards_of(const socketio::Selection& selection) const {
  if (shards_ == 1 || selection.nsp.empty()) return all();
  if (selection.rooms.empty()) return find(selection.nsp, {});
  ShardSet found = 0;
  for (const std::string& room : selection.rooms) {
    found |= find(selection.nsp, room);
    // A socket's own id is a room that nobody has to open; the id names its shard.
    const auto shard = engineio::shard_of(room);
    if (shard && *shard < shards_) found |= ShardSet{1} << *shard;
  }
  return found;
}

size_t RoomDirectory::size() const {
  size_t total = 0;
  for (const Stripe& stripe : stripes_) {
    const std::lock_guard lock(stripe.mutex);
    total += stripe.shards.size();
  }
  return total;
}

void RoomDirectory::shrink() {
  for (Stripe& stripe : stripes_) {
    const std::lock_guard lock(stripe.mutex);
    stripe.shards.rehash(0);
    stripe.expected.rehash(0);
  }
}

}  // namespace crema::server
