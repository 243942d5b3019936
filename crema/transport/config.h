// Where Engine.IO answers and for whom. Source: spec/socketio.md 3.1.
#pragma once

#include "crema/http/cors.h"

#include <string>

namespace crema::transport {

struct Config {
  // The prefix of every request's path, with its trailing slash. Empty: no Engine.IO at all.
  std::string path = "/socket.io/";
  http::Cors cors;
};

}  // namespace crema::transport
