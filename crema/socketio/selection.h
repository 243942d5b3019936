// Which sockets something is for.
#pragma once

#include <string>
#include <vector>

namespace crema::socketio {

// Source: spec/socketio.md 3.5.
struct Selection {
  // "/" and a name; only a Broadcast may leave it empty: every namespace but "/".
  std::string nsp;
  // Members of any of them, each once; a socket's own id is a room too. Empty: every socket.
  std::vector<std::string> rooms = {};
  // Members of any of these are left out; own ids count here too.
  std::vector<std::string> except = {};
};

}  // namespace crema::socketio
