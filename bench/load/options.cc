#include "bench/load/options.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <string_view>

namespace crema::load {
namespace {

Outcome<Endpoint> parse_endpoint(const std::string& text) {
  const auto colon = text.rfind(':');
  Endpoint endpoint;
  if (colon != std::string::npos) {
    endpoint.address = text.substr(0, colon);
    const char* end = text.data() + text.size();
    const auto [last, error] = std::from_chars(text.data() + colon + 1, end, endpoint.port);
    if (error == std::errc{} && last == end && endpoint.port != 0) return endpoint;
  }
  return tl::unexpected("'" + text + "' is not ADDRESS:PORT");
}

struct RawText {
  std::string server;
  std::string redis;
  int time_limit_seconds = 60;
  int stall_limit_seconds = 10;
};

void declare_connections(CLI::App& app, Options& options, RawText& raw) {
  app.add_option("--server", raw.server, "Server under load, ADDRESS:PORT")->required();
  app.add_option("--server-pid", options.server_pid, "Process whose CPU and memory are read")
      ->required();
  app.add_option("--path", options.path, "Request target of the WebSocket handshake");
  app.add_option("--site", options.site, "Namespace to join, without its slash")->required();
  app.add_option("--header", options.headers, "Handshake header; {i} is the connection's number");
  app.add_option("--connections", options.connections)->check(CLI::Range(1, 200'000));
  app.add_option("--connecting-at-once", options.connecting_at_once)->check(CLI::Range(1, 4096));
  app.add_option("--source-addresses", options.source_addresses)->check(CLI::Range(1, 250));
}

void declare_messages(CLI::App& app, Options& options, RawText& raw) {
  app.add_option("--redis", raw.redis, "Redis to publish on, ADDRESS:PORT")->required();
  app.add_option("--channel", options.channel);
  app.add_option("--room", options.room);
  app.add_option("--event", options.event);
  app.add_option("--padding-bytes", options.padding_bytes)->check(CLI::Range(0, 1 << 20));
  app.add_option("--burst", options.burst, "Messages in flight at once")
      ->check(CLI::Range(1, 4096));
  app.add_option("--warmup-messages", options.warmup_messages);
  app.add_option("--messages", options.messages, "Messages measured, rounded up to whole bursts");
  app.add_option("--time-limit", raw.time_limit_seconds, "Seconds")->check(CLI::Range(1, 3600));
  app.add_option("--stall-limit", raw.stall_limit_seconds, "Seconds")->check(CLI::Range(1, 600));
}

Outcome<Options> finish(Options options, const RawText& raw) {
  auto server = parse_endpoint(raw.server);
  if (!server) return tl::unexpected(server.error());
  auto redis = parse_endpoint(raw.redis);
  if (!redis) return tl::unexpected(redis.error());
  options.server = *server;
  options.redis = *redis;
  options.time_limit = std::chrono::seconds(raw.time_limit_seconds);
  options.stall_limit = std::chrono::seconds(raw.stall_limit_seconds);
  return options;
}

}  // namespace

Outcome<Options> parse_options(int argc, const char* const* argv) {
  Options options;
  RawText raw;
  CLI::App app(
      "Opens Socket.IO connections over WebSocket, publishes to Redis in closed-loop "
      "bursts, and prints what the server spent per delivered message as JSON.");
  declare_connections(app, options, raw);
  declare_messages(app, options, raw);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    std::fputs(app.help().c_str(), stdout);
    return tl::unexpected(std::string());
  } catch (const CLI::ParseError& error) {
    return tl::unexpected(std::string(error.what()));
  }
  return finish(std::move(options), raw);
}

}  // namespace crema::load
