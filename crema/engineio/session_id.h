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

// An id that the program made: with several shards it begins with the character of its own.
[[nodiscard]] std::string make_session_id(unsigned shard, unsigned shards, std::string_view made);
// Whether a program may make it: 1 to kMadeIdBytesMax letters, digits and `-_.~`, which need no
// quotes in a query, a cookie or JSON.
[[nodiscard]] bool is_made_id(std::string_view made);
inline constexpr size_t kMadeIdBytesMax = 128;

// The shard of a session, by an id that a client says; nothing when no shard is called so.
[[nodiscard]] std::optional<unsigned> shard_of_session(std::string_view id, unsigned shards);

// The shard an id of make_session_id(shard) names; nothing when it cannot be one.
[[nodiscard]] std::optional<unsigned> shard_of(std::string_view session_id);

}  // namespace crema::engineio
