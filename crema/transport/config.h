// Where Engine.IO answers and for whom. Source: spec/socketio.md 3.1.
#pragma once

#include "crema/http/cors.h"
#include "crema/http/set_cookie.h"

#include <cstddef>
#include <optional>
#include <string>

namespace crema::transport {

struct Config {
  // The prefix of every request's path. With its trailing slash `/socket.io` alone is not ours;
  // without it (`addTrailingSlash: false`) both are. Empty: no Engine.IO at all.
  std::string path = "/socket.io/";
  // Which transports there are: a request for another is refused as for one nobody knows.
  struct Transports {
    bool polling = true;
    bool websocket = true;
  };
  Transports transports;
  // Whether a polling client is told that it may upgrade.
  bool allow_upgrades = true;
  http::Cors cors;
  // Set with the session's id by the answer that opens a polling session, and by no other.
  std::optional<http::SetCookie> cookie;
  // A polling body of this many bytes is compressed when the client likes it; none: never.
  std::optional<size_t> compress_from_bytes = 1024;
};

}  // namespace crema::transport
