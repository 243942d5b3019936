#include "crema/load/options.h"

#include "crema/load/room_plan.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
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

void declare_connections(CLI::App& app, RawOptions& raw) {
  Options& options = raw.options;
  app.add_option("--server", raw.server, "Server under load, an IPv4 ADDRESS:PORT")->required();
  app.add_option("--server-pid", options.server_pid,
                 "Process of this machine whose CPU and memory are read");
  app.add_option("--site", options.site, "Namespace to join, without its slash; none: \"/\"");
  app.add_option(
      "--header", options.headers,
      "Whole line of the handshake, may be repeated; {i} is the connection's number, {r} "
      "its room's. Without a Host: Host and Origin of the site");
  app.add_option("--transport", raw.transport, "websocket, polling, or upgrade from one to other")
      ->check(CLI::IsMember({"websocket", "polling", "upgrade"}));
  app.add_option("--path", options.path, "Request target, up to the transport");
  app.add_option("--connections", options.connections)->check(CLI::Range(1, 200'000));
  app.add_option("--connecting-at-once", options.connecting_at_once)->check(CLI::Range(1, 4096));
  app.add_option("--source-addresses", options.source_addresses,
                 "Addresses to connect from, 127.0.0.2 and on, when the server is on loopback")
      ->check(CLI::Range(1, 250));
  app.add_option("--hold", raw.hold_seconds, "Seconds to leave the connections alone")
      ->check(CLI::Range(0, 3600));
  app.add_option("--stuck", options.stuck, "Connections that stop reading");
}

void declare_messages(CLI::App& app, RawOptions& raw) {
  Options& options = raw.options;
  app.add_option("--redis", raw.redis, "Redis to publish on, ADDRESS:PORT");
  app.add_option("--channel", options.channel);
  app.add_option("--room", options.room, "Where messages go; {r} becomes a room's number");
  app.add_option("--rooms", options.rooms, "Numbered rooms that messages go round")
      ->check(CLI::Range(0, 1'000'000));
  app.add_option("--subscribe-event", options.subscribe_event,
                 "Event by which a client joins its numbered rooms");
  app.add_option("--subscribe-argument", options.subscribe_argument);
  app.add_option("--event", options.event, "Name of the published event");
  app.add_option("--padding-bytes", options.padding_bytes)->check(CLI::Range(0, 1 << 20));
  app.add_option("--burst", options.burst, "Messages published at once")
      ->check(CLI::Range(1, 4096));
  app.add_option("--bursts-per-second", options.bursts_per_second,
                 "0: each when the one before has arrived everywhere")
      ->check(CLI::Range(0, 100'000));
  app.add_option("--echo-depth", options.echo_depth,
                 "Events with acknowledgement in flight per client, in place of publishing")
      ->check(CLI::Range(0, 1024));
  app.add_option("--warmup-messages", options.warmup_messages);
  app.add_option("--messages", options.messages, "Messages measured, rounded up to whole bursts");
}

void declare_limits(CLI::App& app, RawOptions& raw) {
  app.add_option("--time-limit", raw.time_limit_seconds, "Seconds that messages are sent")
      ->check(CLI::Range(1, 3600));
  app.add_option("--stall-limit", raw.stall_limit_seconds, "Seconds without progress that end it")
      ->check(CLI::Range(1, 600));
}

Transport transport_named(const std::string& name) {
  if (name == "polling") return Transport::kPolling;
  return name == "upgrade" ? Transport::kUpgrade : Transport::kWebSocket;
}

bool names_host(const std::string& header) {
  return header.starts_with("Host:") || header.starts_with("host:");
}

void complete_headers(Options& options) {
  if (std::ranges::any_of(options.headers, names_host)) return;
  const std::string& host = options.site.empty() ? options.server.address : options.site;
  options.headers.push_back(fmt::format("Host: {}:{}", host, options.server.port));
  options.headers.push_back(fmt::format("Origin: http://{}:{}", host, options.server.port));
}

}  // namespace

void declare_options(CLI::App& command, RawOptions& raw) {
  command.option_defaults()->always_capture_default();
  declare_connections(command, raw);
  declare_messages(command, raw);
  declare_limits(command, raw);
}

void declare_coming_back(CLI::App& command, RawOptions& raw) {
  command
      .add_option(
          "--come-back", raw.come_back_seconds,
          "Once all are connected, say so and wait this many seconds at most for the server "
          "to go and all to be back, each as socket.io-client with reconnectionAttempts 3")
      ->check(CLI::Range(0, 3600));
  command.add_flag("--no-recovery", raw.no_recovery,
                   "Clients that come back do not ask for the session they had");
}

Outcome<Options> understand(RawOptions raw) {
  Options options = std::move(raw.options);
  auto server = parse_endpoint(raw.server);
  if (!server) return tl::unexpected("--server: " + server.error());
  options.server = *server;
  if (options.publishes()) {
    if (raw.redis.empty()) {
      return tl::unexpected(std::string("--redis says where to publish; or --messages 0"));
    }
    auto redis = parse_endpoint(raw.redis);
    if (!redis) return tl::unexpected("--redis: " + redis.error());
    options.redis = *redis;
  }
  options.transport = transport_named(raw.transport);
  options.time_limit = std::chrono::seconds(raw.time_limit_seconds);
  options.stall_limit = std::chrono::seconds(raw.stall_limit_seconds);
  options.hold = std::chrono::seconds(raw.hold_seconds);
  options.come_back = std::chrono::seconds(raw.come_back_seconds);
  options.recovers = !raw.no_recovery;
  if (auto fault = find_fault(options); !fault.empty()) return tl::unexpected(std::move(fault));
  complete_headers(options);
  return options;
}

}  // namespace crema::load
