// One event on its way to many sockets. Built once, on any thread; read by every shard concerned.
#pragma once

#include "crema/engineio/out_packet.h"

#include <string>
#include <string_view>
#include <vector>

namespace crema::socketio {

// Source: spec/frappe-realtime.md 5 (one room, several, none), spec/socketio.md 3.5.
struct Broadcast {
  // "/" and a name; empty: every namespace but "/", each receiver once.
  std::string nsp;
  // Members of any of them, each once; a socket's own id is a room too. Empty: every socket.
  std::vector<std::string> rooms;
  // Encoded for `nsp`. Empty when `nsp` is: then it is encoded per namespace from the next two.
  engineio::OutPacket packet;
  std::string event;
  std::string args;
};

// `args` is normalised JSON, joined by commas.
[[nodiscard]] Broadcast make_broadcast(std::string nsp, std::vector<std::string> rooms,
                                       std::string_view event, std::string_view args);
[[nodiscard]] Broadcast make_broadcast_everywhere(std::string event, std::string args);

}  // namespace crema::socketio
