// What a server is made with; every default is Socket.IO's but where it says otherwise.
// Source: spec/socketio.md 3.1.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace crema {

// Connection state recovery. Source: spec/socketio.md 2.5.
struct RecoveryOptions {
  std::chrono::milliseconds max_disconnection_duration = std::chrono::minutes(2);
  // No: a client that comes back passes the middlewares again.
  bool skip_middlewares = true;
  // Events kept for each namespace and shard. Ours: the original has no bound.
  size_t bytes_max = 16 << 20;
};

struct CorsOptions {
  // Exact origins; "*" allows every one, and then no credentials are sent.
  std::vector<std::string> origins;
  bool credentials = false;
};

struct Options {
  std::string path = "/socket.io/";
  // The client's bundles, below the path.
  bool serve_client = true;
  std::chrono::milliseconds connect_timeout{45'000};
  std::chrono::milliseconds ping_interval{25'000};
  std::chrono::milliseconds ping_timeout{20'000};
  std::chrono::milliseconds upgrade_timeout{10'000};
  size_t max_http_buffer_size = 1'000'000;
  // What may wait for a client that does not read; beyond it the client is disconnected. Ours.
  size_t max_queued_bytes = 1 << 20;
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
