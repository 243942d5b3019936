// What a server is made of: the layers' own configurations, and how many threads serve them.
#pragma once

#include "crema/base/clock.h"
#include "crema/engineio/config.h"
#include "crema/engineio/handshake.h"
#include "crema/http/config.h"
#include "crema/http/request.h"
#include "crema/http/response.h"
#include "crema/server/connection_limits.h"
#include "crema/socketio/config.h"
#include "crema/transport/config.h"
#include "crema/transport/connection_error.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crema::server {

// Answers paths outside Socket.IO, and files below its path; nothing: 404, or Socket.IO's own
// answer. Runs on any shard's thread.
using HttpHandler = std::function<std::optional<http::Response>(const http::Request&)>;

// What is kept of a session's first request. Runs on any shard's thread.
using KeepHandshake =
    std::function<engineio::Handshake(const http::Request&, const std::string& address)>;

// Says whether a session may be opened: call `decide` once, now or later, on any thread. Nothing
// lets it in; text refuses it and is what the client reads (empty: "Forbidden"). Only the first
// call counts. Without one in Config::request_deadline the connection is closed. Not to be called
// once the server is destroyed. Asked before the version is looked at, as the reference does.
using Decide = std::function<void(std::optional<std::string> refused)>;
using AllowRequest =
    std::function<void(const http::Request&, const std::string& address, Decide decide)>;

// Sees every request below Config's path, those of a session too, before anything of it is looked
// at but CORS: the reference's `engine.use`. `decide` as above: nothing goes on to the next, text
// refuses with code 3 ("Bad request"; the text goes to nobody).
using Middleware = AllowRequest;

// Makes the id of a session, the reference's `generateId`: call `made` once, now or later, on any
// thread, within Config::request_deadline. It has to be unguessable, engineio::is_made_id and of no
// other session; with several shards their character is put before it. Otherwise, and with
// nothing, the handshake is refused with code 3.
using GenerateId = std::function<void(const http::Request&,
                                      std::function<void(std::optional<std::string> id)> made)>;

// Told of every session that was opened, by its first request. Runs on the session's shard, before
// the client is answered. Source: spec/socketio.md 3.2, the engine's event `connection`.
using OnSession = std::function<void(const http::Request&, const std::string& address)>;

// Told of every request that Engine.IO refuses. Runs on any shard's thread.
using OnConnectionError =
    std::function<void(const http::Request&, const transport::ConnectionError&)>;

// Told of an upgrade to WebSocket: that one is tried, and that the session has gone over to it (one
// that fails is told no more of). Runs on the session's shard, soon after; the session may have
// ended. Source: spec/socketio.md 1.9, the events `upgrading` and `upgrade`.
enum class UpgradeStage : uint8_t { kTried, kCompleted };
using OnUpgrade = std::function<void(std::string_view session_id, UpgradeStage)>;

// May add headers to the answers of polling and to the 101 of a WebSocket; the first answer of a
// session is the one to a request without `sid`. Runs on any shard's thread.
using AddHeaders = std::function<void(const http::Request&, http::Response&)>;

struct Config {
  engineio::Config engineio;
  socketio::Config socketio;
  transport::Config transport;
  http::Limits http;
  unsigned shards = 1;  // 1 to engineio::kShardsMax.
  HttpHandler on_http;
  KeepHandshake keep_handshake;  // Everything, when not set.
  std::vector<Middleware> middlewares;
  AllowRequest allow_request;  // Everybody, when not set.
  GenerateId generate_id;      // Random ones, when not set.
  OnSession on_session;
  OnConnectionError on_connection_error;
  OnUpgrade on_upgrade;
  AddHeaders add_headers;
  ConnectionLimits::Bounds connections;

  // What may wait for all clients together, shared evenly by the shards. Bytes that many receive
  // are counted for each. Beyond it the sessions end for which most waits, until seven eighths are
  // left.
  size_t queued_bytes_total_max = size_t{512} << 20;
  // From a request's first byte to its last. Source: spec/hostile-input.md.
  base::Duration request_deadline = std::chrono::seconds(10);
  // A kept-alive connection without a request.
  base::Duration idle_timeout = std::chrono::seconds(75);
  // After our last byte, for the peer to read it and close.
  base::Duration linger = std::chrono::seconds(2);
};

// Bytes that may wait while a GET is held (pipelining); more closes the connection.
inline constexpr size_t kPipelinedBytesMax = 64 * 1024;
// Raw bytes, and pongs and probe answers among them, that may wait for a WebSocket that does not
// read. Source: spec/hostile-input.md, "100k ping frames".
inline constexpr size_t kControlBytesMax = 8 * 1024;
inline constexpr size_t kPendingAnswersMax = 60;
// Packets of one POST that are handled before the others get their turn.
inline constexpr size_t kPostPacketsPerTurn = 256;
// What a client that was refused for want of room is told to wait.
inline constexpr std::chrono::seconds kRetryAfter{5};

}  // namespace crema::server
