// A room of one namespace on one shard, and a socket's place in it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace crema::socketio {

class Socket;

struct Room {
  struct Member {
    Socket* socket;
    uint32_t slot;  // Of this room in the socket's list: both lists shrink in O(1).
  };

  std::string name;
  std::vector<Member> members;
};

// How a socket remembers a room: 16 bytes.
struct Membership {
  Room* room;
  uint32_t index;   // Of the socket in the room's members.
  uint32_t joined;  // The second, of the steady clock.
};

}  // namespace crema::socketio
