// What a server is made with; every default is Socket.IO's but where it says otherwise.
// Source: spec/socketio.md 3.1.
#pragma once

#include "crema/library/http.h"
#include "crema/library/next.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crema {

// Connection state recovery. Source: spec/socketio.md 2.5.
struct RecoveryOptions {
  std::chrono::milliseconds max_disconnection_duration = std::chrono::minutes(2);
  // No: a client that comes back passes the middlewares again.
  bool skip_middlewares = true;
  // Events kept for each namespace and shard, and for all namespaces of a shard. Ours: the
  // original has no bound.
  size_t bytes_max = 16 << 20;
  size_t total_bytes_max = 128 << 20;
};

// Which pages of other origins may read answers. Source: spec/socketio.md 1.11.
struct CorsOptions {
  // Exact origins; "*" allows every one, and then no credentials are sent.
  std::vector<std::string> origins = {};
  // In place of the list: the request's own origin, whatever it is (`origin: true`).
  bool reflect = false;
  // In place of the list: the program's rule. Gets the origin, empty without one; on any shard.
  std::function<bool(std::string_view origin)> allow = {};
  bool credentials = false;
  std::vector<std::string> methods = {"GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"};
  // Empty: what the preflight asks for.
  std::vector<std::string> allowed_headers = {};
  std::vector<std::string> exposed_headers = {};
  // How long a browser may keep a preflight's answer; none leaves it to the browser.
  std::optional<std::chrono::seconds> max_age = {};
  unsigned options_success_status = 204;
  // True: a preflight goes on as any request would, and what answers it carries the headers.
  bool preflight_continue = false;
};

// The cookie that a polling session's first answer sets to the session's id. Nothing needs it; some
// load balancers like it. Source: spec/socketio.md 1.12.
struct CookieOptions {
  enum class SameSite : uint8_t { kUnset, kNone, kLax, kStrict };
  enum class Priority : uint8_t { kUnset, kLow, kMedium, kHigh };

  std::string name = "io";
  std::optional<std::string> path = "/";  // None: left out.
  std::string domain = {};                // Empty: the host that was asked.
  std::optional<std::chrono::seconds> max_age = {};
  std::optional<std::chrono::system_clock::time_point> expires = {};  // In whole seconds.
  bool http_only = true;
  bool secure = false;
  bool partitioned = false;
  Priority priority = Priority::kUnset;
  SameSite same_site = SameSite::kLax;
};

// Which transports there are. Source: spec/socketio.md 3.1, `transports`.
struct Transports {
  bool polling = true;
  bool websocket = true;
};

// A request that Engine.IO refused. Source: spec/socketio.md 1.3.
struct ConnectionError {
  int code;             // 0 to 5.
  std::string message;  // As the client reads it.
  HttpRequest request;
};

struct Options {
  std::string path = "/socket.io/";
  // False: the path without its last "/" is the server's too.
  bool add_trailing_slash = true;
  Transports transports = {};
  // Whether a polling client is told that it may go on by WebSocket.
  bool allow_upgrades = true;
  // See every request below the path before anything else does, those of a session too, in this
  // order: `next()` lets it on, `next(Error{…})` refuses it with code 3 ("Bad request"; the text
  // goes to nobody). As `allow_request` otherwise. The reference's `io.engine.use`.
  std::vector<std::function<void(const HttpRequest&, Next next)>> middlewares = {};
  // Says whether a session may be opened, before it is: `next()` lets it in, `next(Error{text})`
  // refuses it with status 403 and that text. Called on any shard; the client waits until `next` is
  // called, 10 s at most.
  std::function<void(const HttpRequest&, Next next)> allow_request = {};
  // Makes the ids of sessions: call `made` once, now or later, on any thread, within 10 s. An id is
  // 1 to 128 letters, digits and `-_.~`, of no other session, and hard to guess; any other, and an
  // empty one, refuses the client with code 3. With several threads the character of a shard
  // stands before it. Called on any shard; `address` is empty.
  std::function<void(const HttpRequest&, std::function<void(std::string id)> made)> generate_id =
      {};
  // A message of Engine.IO that leaves with the first answer; empty: none.
  std::string initial_packet = {};
  std::optional<CookieOptions> cookie = {};
  // Polling answers of this many bytes leave compressed, for clients that like it; none: never.
  std::optional<size_t> http_compression = 1024;
  // Told of every session that is opened, before its client is answered. On any shard. The
  // reference's `io.engine.on("connection")`.
  std::function<void(const HttpRequest&)> on_engine_connection = {};
  // Told of every request that is refused. On any shard.
  std::function<void(const ConnectionError&)> on_connection_error = {};
  // May add headers to the answers of polling and to the 101 of a WebSocket; `is_first` for the
  // answer that opens a session. On any shard. The reference's `headers` and `initial_headers`.
  std::function<void(const HttpRequest&, HttpHeaders& headers, bool is_first)> headers = {};
  // The client's bundles, below the path.
  bool serve_client = true;
  std::chrono::milliseconds connect_timeout{45'000};
  std::chrono::milliseconds ping_interval{25'000};
  std::chrono::milliseconds ping_timeout{20'000};
  std::chrono::milliseconds upgrade_timeout{10'000};
  size_t max_http_buffer_size = 1'000'000;
  // What may wait for a client that does not read, besides the largest message among it; beyond it
  // the client is disconnected. Ours.
  size_t max_queued_bytes = 1 << 20;
  // What may wait for all clients together, in bytes; each shard has an equal share of it. Bytes
  // that many receive are counted for each. Beyond it those are disconnected for whom most waits,
  // until seven eighths are left. Ours.
  size_t max_total_queued_bytes = size_t{512} << 20;
  std::optional<CorsOptions> cors;
  std::optional<RecoveryOptions> connection_state_recovery;
  // A child of a dynamic namespace goes when its last socket has left.
  bool cleanup_empty_child_namespaces = false;
  // For acknowledgements without a timeout of their own. Ours: the original waits for ever, or, for
  // broadcasts, not at all.
  std::chrono::milliseconds ack_timeout{30'000};
  // Shards, each with a thread of its own. With more than one, handlers of different sockets run
  // at the same time.
  unsigned threads = 1;
};

}  // namespace crema
