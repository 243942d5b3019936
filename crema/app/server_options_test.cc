#include "crema/app/server_options.h"

#include <gtest/gtest.h>

namespace crema::app {
namespace {

using namespace std::chrono_literals;

TEST(ServerOptions, DefaultToTheServersOwn) {
  const server::Config options = server_options({});
  const server::Config defaults;
  EXPECT_EQ(options.shards, defaults.shards);
  EXPECT_EQ(options.http.head_bytes_max, defaults.http.head_bytes_max);
  EXPECT_EQ(options.http.headers_max, defaults.http.headers_max);
  EXPECT_EQ(options.http.body_bytes_max, defaults.http.body_bytes_max);
  EXPECT_EQ(options.connections.connections_max, 0U);
  EXPECT_EQ(options.connections.per_address_max, 0U);
  EXPECT_EQ(options.connections.new_per_address_and_second_max, 0U);
  EXPECT_EQ(options.request_deadline, defaults.request_deadline);
  EXPECT_EQ(options.idle_timeout, defaults.idle_timeout);
  EXPECT_EQ(options.socketio.connect_timeout, defaults.socketio.connect_timeout);
  EXPECT_EQ(options.engineio.max_payload_bytes, defaults.engineio.max_payload_bytes);
  EXPECT_EQ(options.engineio.queued_bytes_max, defaults.engineio.queued_bytes_max);
  EXPECT_EQ(options.queued_bytes_total_max, defaults.queued_bytes_total_max);
  EXPECT_EQ(options.engineio.ping_interval, defaults.engineio.ping_interval);
  EXPECT_EQ(options.engineio.ping_timeout, defaults.engineio.ping_timeout);
  EXPECT_EQ(options.engineio.upgrade_timeout, defaults.engineio.upgrade_timeout);
  EXPECT_EQ(options.transport.compress_from_bytes, defaults.transport.compress_from_bytes);
}

TEST(ServerOptions, AreWhatWasConfigured) {
  Config config;
  config.shards.value = 3;
  config.connections_max.value = 4;
  config.connections_per_address_max.value = 5;
  config.new_connections_per_address_max.value = 6;
  config.http_head_bytes_max.value = 2000;
  config.http_headers_max.value = 20;
  config.message_bytes_max.value = 3000;
  config.queued_bytes_max.value = 4000;
  config.queued_memory_max.value = 64;
  config.request_deadline.value = 1s;
  config.idle_timeout.value = 2s;
  config.connect_timeout.value = 3s;
  config.ping_interval.value = 4s;
  config.ping_timeout.value = 5s;
  config.upgrade_timeout.value = 6s;
  config.http_compression.value = false;
  const server::Config options = server_options(config);
  EXPECT_EQ(options.shards, 3U);
  EXPECT_EQ(options.connections.connections_max, 4U);
  EXPECT_EQ(options.connections.per_address_max, 5U);
  EXPECT_EQ(options.connections.new_per_address_and_second_max, 6U);
  EXPECT_EQ(options.http.head_bytes_max, 2000U);
  EXPECT_EQ(options.http.headers_max, 20U);
  EXPECT_EQ(options.http.body_bytes_max, 3000U);
  EXPECT_EQ(options.engineio.max_payload_bytes, 3000U);
  EXPECT_EQ(options.engineio.queued_bytes_max, 4000U);
  EXPECT_EQ(options.queued_bytes_total_max, 64U << 20);
  EXPECT_EQ(options.request_deadline, 1s);
  EXPECT_EQ(options.idle_timeout, 2s);
  EXPECT_EQ(options.socketio.connect_timeout, 3s);
  EXPECT_EQ(options.engineio.ping_interval, 4s);
  EXPECT_EQ(options.engineio.ping_timeout, 5s);
  EXPECT_EQ(options.engineio.upgrade_timeout, 6s);
  EXPECT_FALSE(options.transport.compress_from_bytes);
}

}  // namespace
}  // namespace crema::app
