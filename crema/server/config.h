// What a server is made of: the layers' own configurations, and how many threads serve them.
#pragma once

#include "crema/base/clock.h"
#include "crema/engineio/config.h"
#include "crema/engineio/handshake.h"
#include "crema/http/config.h"
#include "crema/http/request.h"
#include "crema/http/response.h"
#include "crema/socketio/config.h"
#include "crema/transport/config.h"

#include <functional>
#include <optional>
#include <string>

namespace crema::server {

// Answers paths outside Socket.IO, and files below its path; nothing: 404, or Socket.IO's own
// answer. Runs on any shard's thread.
using HttpHandler = std::function<std::optional<http::Response>(const http::Request&)>;

// What is kept of a session's first request. Runs on any shard's thread.
using KeepHandshake =
    std::function<engineio::Handshake(const http::Request&, const std::string& address)>;

struct Config {
  engineio::Config engineio;
  socketio::Config socketio;
  transport::Config transport;
  http::Limits http;
  unsigned shards = 1;  // 1 to engineio::kShardsMax.
  HttpHandler on_http;
  KeepHandshake keep_handshake;  // Everything, when not set.

  // From a request's first byte to its last. Source: spec/hostile-input.md.
  base::Duration request_deadline = std::chrono::seconds(10);
  // A kept-alive connection without a request.
  base::Duration idle_timeout = std::chrono::seconds(75);
  // After our last byte, for the peer to read it and close.
  base::Duration linger = std::chrono::seconds(2);
};

// Bytes that may wait while a GET is held (pipelining); more closes the connection.
inline constexpr size_t kPipelinedBytesMax = 64 * 1024;
// Raw bytes (pongs, probe answers) that may wait for a WebSocket that does not read.
inline constexpr size_t kControlBytesMax = 8 * 1024;

}  // namespace crema::server
