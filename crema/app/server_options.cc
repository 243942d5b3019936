#include "crema/app/server_options.h"

#include "crema/frappe/admission.h"

#include <algorithm>

namespace crema::app {

void set_limits(const Config& config, server::Config& server) {
  server.connections = {
      .connections_max = config.connections_max.value,
      .per_address_max = config.connections_per_address_max.value,
      .new_per_address_and_second_max = config.new_connections_per_address_max.value};
  server.http.head_bytes_max = config.http_head_bytes_max.value;
  server.http.headers_max = config.http_headers_max.value;
  server.http.body_bytes_max = config.message_bytes_max.value;
  server.request_deadline = config.request_deadline.value;
  server.idle_timeout = config.idle_timeout.value;
  server.socketio.connect_timeout = config.connect_timeout.value;
  server.engineio.max_payload_bytes = config.message_bytes_max.value;
  server.engineio.queued_bytes_max = config.queued_bytes_max.value;
  server.queued_bytes_total_max = size_t{config.queued_memory_max.value} << 20;
  server.engineio.ping_interval = config.ping_interval.value;
  server.engineio.ping_timeout = config.ping_timeout.value;
  server.engineio.upgrade_timeout = config.upgrade_timeout.value;
  server.transport.compress_from_bytes.reset();
  if (config.http_compression.value) {
    server.transport.compress_from_bytes = transport::Config{}.compress_from_bytes;
  }
  if (!server.socketio.recovery) return;
  socketio::RecoveryConfig& recovery = *server.socketio.recovery;
  const auto of_a_shard = [&](size_t bytes) { return std::max<size_t>(bytes / server.shards, 1); };
  recovery.window = config.recovery_window.value;
  recovery.bytes_max = of_a_shard(config.recovery_bytes_max.value);
  recovery.total_bytes_max = of_a_shard(config.recovery_total_bytes_max.value);
  recovery.missed_bytes_max = std::min(socketio::RecoveryConfig{}.missed_bytes_max,
                                       server.engineio.queued_bytes_max / 4 * 3);
}

server::Config server_options(const Config& config) {
  server::Config server;
  server.shards = config.shards.value;
  if (config.recovery.value != Recovery::kOff) {
    auto& recovery = server.socketio.recovery.emplace();
    recovery.ask = socketio::RecoveryConfig::Ask::kApplication;
    if (config.recovery.value == Recovery::kOn) recovery.whose = frappe::runs_official_client;
  }
  set_limits(config, server);
  return server;
}

}  // namespace crema::app
