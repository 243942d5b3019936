#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace crema::load {

// The TCP connections of one client: a browser polls on one and posts on another while it does, and
// a WebSocket never shares its own. kPost is also where a session that begins by polling is opened.
enum class Wire : std::uint8_t { kPost, kPoll, kWebSocket };

inline constexpr std::size_t kWires = 3;
inline constexpr std::array<Wire, kWires> kAllWires{Wire::kPost, Wire::kPoll, Wire::kWebSocket};

[[nodiscard]] constexpr std::size_t slot_of(Wire wire) { return static_cast<std::size_t>(wire); }

// What a client wants done with its wires, in this order.
struct Action {
  enum class Kind : std::uint8_t {
    kOpen,
    kSend,  // What is sent before the connection is made leaves when it is.
    kClose,
  };
  Kind kind = Kind::kSend;
  Wire wire = Wire::kPost;
  std::string bytes = {};
};
using Actions = std::vector<Action>;

}  // namespace crema::load
