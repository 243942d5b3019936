// A room of one namespace on one shard, and a socket's place in it.
#pragma once

#include "crema/base/short_text.h"

#include <boost/container/small_vector.hpp>

#include <cstdint>

namespace crema::socketio {

class Socket;

struct Room {
  struct Member {
    Socket* socket;
    uint32_t slot;  // Of this room in the socket's list: both lists shrink in O(1).
  };

  base::ShortText name;
  // Most rooms are one user's, or a document that one has open.
  boost::container::small_vector<Member, 1> members;
};

// How a socket remembers a room: 16 bytes.
struct Membership {
  Room* room;
  uint32_t index;   // Of the socket in the room's members.
  uint32_t joined;  // The second, of the steady clock.
};

}  // namespace crema::socketio
