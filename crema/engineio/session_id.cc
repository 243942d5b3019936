#include "crema/engineio/session_id.h"

#include "crema/base/check.h"
#include "crema/base/random.h"

#include <algorithm>

namespace crema::engineio {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

}  // namespace

std::string make_session_id(unsigned shard) {
  CREMA_ASSERT(shard < kShardsMax);
  std::string id = base::random_id(kSessionIdLength);
  id[0] = kAlphabet[shard];
  return id;
}

std::string make_session_id(unsigned shard, unsigned shards, std::string_view made) {
  if (shards == 1) return std::string(made);
  return kAlphabet[shard] + std::string(made);
}

bool is_made_id(std::string_view made) {
  return !made.empty() && made.size() <= kMadeIdBytesMax && std::ranges::all_of(made, [](char c) {
    return kAlphabet.find(c) != std::string_view::npos || c == '.' || c == '~';
  });
}

std::optional<unsigned> shard_of_session(std::string_view id, unsigned shards) {
  if (shards == 1) return 0;
  const size_t shard = id.empty() ? std::string_view::npos : kAlphabet.find(id[0]);
  if (shard >= shards) return std::nullopt;
  return static_cast<unsigned>(shard);
}

std::optional<unsigned> shard_of(std::string_view session_id) {
  if (session_id.size() != kSessionIdLength) return std::nullopt;
  if (session_id.find_first_not_of(kAlphabet) != std::string_view::npos) return std::nullopt;
  return static_cast<unsigned>(kAlphabet.find(session_id[0]));
}

}  // namespace crema::engineio
