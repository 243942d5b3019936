#include "crema/engineio/session_id.h"

#include "crema/base/check.h"
#include "crema/base/random.h"

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

std::optional<unsigned> shard_of(std::string_view session_id) {
  if (session_id.size() != kSessionIdLength) return std::nullopt;
  if (session_id.find_first_not_of(kAlphabet) != std::string_view::npos) return std::nullopt;
  return static_cast<unsigned>(kAlphabet.find(session_id[0]));
}

}  // namespace crema::engineio
