// Names a session to the one client that knows it, and its shard to every thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crema::engineio {

inline constexpr size_t kSessionIdLength = 20;
inline constexpr unsigned kShardsMax = 64;

// 20 characters of base64url: 6 bits of shard, then 114 random. Source: architecture, section 3.
[[nodiscard]] std::string make_session_id(unsigned shard);

// The shard an id names; nothing when it cannot be one of ours.
[[nodiscard]] std::optional<unsigned> shard_of(std::string_view session_id);

}  // namespace crema::engineio
