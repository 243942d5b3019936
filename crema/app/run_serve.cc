#include "crema/app/config_show.h"
#include "crema/app/config_view.h"
#include "crema/app/outcome.h"
#include "crema/app/publish_command.h"
#include "crema/app/redis_address.h"
#include "crema/app/risks.h"
#include "crema/app/run.h"
#include "crema/app/runtime.h"
#include "crema/app/server_options.h"
#include "crema/app/state_file.h"
#include "crema/app/upstreams.h"
#include "crema/app/version.h"
#include "crema/base/log.h"
#include "crema/frappe/session_watch.h"
#include "crema/frappe/sites.h"
#include "crema/frappe/web_backend.h"
#include "crema/net/tls.h"
#include "crema/publish/envelope.h"
#include "crema/redis/publisher.h"
#include "crema/redis/subscriber.h"

#include <algorithm>
#include <cstdio>
#include <thread>

namespace crema::app {
namespace {

constexpr size_t kSitesNamed = 20;

int fail(const std::string& message) {
  std::fprintf(stderr, "crema: %s\n", message.c_str());
  return kExitFailure;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < std::min(names.size(), kSitesNamed); ++i) {
    text.append(i == 0 ? "" : ",").append(names[i]);
  }
  return names.size() > kSitesNamed ? text + ",…" : text;
}

void log_start(const Config& config, const redis::Address& redis, size_t descriptors) {
  const bool is_unix = !config.socketio_uds.value.empty();
  log::info("crema starts",
            {{"version", version()},
             {"addresses", is_unix ? config.socketio_uds.value : show(config.host.value)},
             {"port", is_unix ? 0 : config.socketio_port.value},
             {"cores", std::thread::hardware_concurrency()},
             {"shards", config.shards.value},
             {"bench", config.bench.value},
             {"upstream", to_string(config.upstream.value)},
             {"frappe_version", show(config.dialect.value)},
             {"frappe_version_source", config.dialect.source},
             {"redis", redis.to_log_string()},
             {"sites", joined(config.sites)},
             {"site_count", config.sites.size()}});
  const server::Config limits = server_options(config);
  log::info("limits",
            {{"descriptors", descriptors},
             {"message_bytes", limits.engineio.max_payload_bytes},
             {"queued_bytes_per_connection", limits.engineio.queued_bytes_max},
             {"rooms_per_socket", limits.socketio.rooms_per_socket_max},
             {"namespaces_per_connection", limits.socketio.namespaces_per_connection_max}});
  for (const Risk& risk : risks_of(config)) {
    log::warn("a risky setting: " + std::string(risk.setting),
              {{"source", risk.source}, {"reason", risk.why}});
  }
  for (const SettingLine& line : effective_settings(config)) {
    log::info("setting", {{"name", line.name}, {"value", line.value}, {"source", line.source}});
  }
}

// What a bench pays while none of its apps has handlers is one look at each app's folder.
std::optional<apphost::Config> handlers(const Config& config) {
  if (!config.handlers.value) return std::nullopt;
  return apphost::Config{.bench = config.bench.value,
                         .socketio_backend = config.socketio_backend.value,
                         .web_url = "http://" + to_string(config.upstream.value),
                         .developer_mode = config.developer_mode.value,
                         .node = config.node.value,
                         .python = config.python.value,
                         .stall_max = config.handler_stall_max.value,
                         .memory_bytes_max = size_t{config.handler_memory_max.value} << 20};
}

std::optional<frappe::Dialect> dialect(FrappeDialect value) {
  switch (value) {
    case FrappeDialect::kAuto:
      return std::nullopt;
    case FrappeDialect::k15:
      return frappe::Dialect::k15;
    case FrappeDialect::k16:
      return frappe::Dialect::k16;
  }
  return std::nullopt;
}

RuntimeOptions runtime_options(const Config& config) {
  RuntimeOptions options;
  options.server = server_options(config);
  options.drain = config.drain_timeout.value;
  options.frappe.default_site = config.default_site.value;
  if (config.auth_upstream.value == AuthUpstream::kOrigin) {
    options.frappe.auth_upstream = frappe::AuthUpstream::kOrigin;
    options.frappe.tls = std::make_shared<net::TlsTrust>(config.tls_ca.value);
    if (config.developer_mode.value) options.frappe.developer_port = config.webserver_port.value;
  }
  options.frappe.dialect = dialect(config.dialect.value);
  options.frappe.auth_wait = config.auth_wait.value;
  options.frappe.missing_origin = config.allow_missing_origin.value == MissingOrigin::kNever
                                      ? frappe::MissingOrigin::kNever
                                      : frappe::MissingOrigin::kWithAuthorization;
  options.handlers = handlers(config);
  if (options.handlers) options.frappe.handlers_run = std::make_shared<std::atomic<bool>>(false);
  auto folders =
      std::make_shared<frappe::SiteFolders>(config.bench.value + "/sites", config.allow_cors.value);
  options.find_site = [folders](std::string_view site, base::TimePoint now) {
    return folders->find(site, now);
  };
  return options;
}

using Listening = base::Result<void, std::string>;

// One address. A missing IPv6 is not an error unless it was asked for.
Listening listen_on(server::Server& server, const Config& config, const std::string& address) {
  const uint16_t port = server.port() != 0 ? server.port() : config.socketio_port.value;
  const auto listening = server.listen_tcp(address, port);
  if (listening) return {};
  using Kind = net::ListenError::Kind;
  if (listening.error().kind == Kind::kUnavailable && server.port() != 0 &&
      (config.host.is_default() || config.host.value.front() == kEveryInterface)) {
    log::info("an address is not available", {{"reason", listening.error().message}});
    return {};
  }
  std::string message = "cannot listen on " + listening.error().message;
  if (listening.error().kind == Kind::kInUse) message += "; is another realtime process running?";
  return base::fail(std::move(message));
}

// Opens what the configuration says. On port 0 the first address takes a free one, the others the
// same. Errors: what the operator is told.
Listening listen(server::Server& server, const Config& config) {
  if (!config.socketio_uds.value.empty()) {
    const auto path = server.listen_unix(config.socketio_uds.value, config.uds_mode.value);
    if (!path) return base::fail("cannot listen on socketio_uds: " + path.error().message);
    return {};
  }
  if (config.host.value.front() == kEveryInterface) {
    log::info("listening on every interface", {{"reason", config.host.source}});
  }
  std::vector<std::string> addresses;
  for (const std::string& host : config.host.value) {
    if (host == kEveryInterface) {
      addresses.insert(addresses.end(), {"0.0.0.0", "::"});
    } else {
      addresses.push_back(host);
    }
  }
  for (const std::string& address : addresses) {
    if (auto opened = listen_on(server, config, address); !opened) return opened;
  }
  return {};
}

redis::Subscriber::Options subscription(const redis::Address& address, Runtime& runtime) {
  redis::Subscriber::Options options;
  options.address = address;
  options.channels = {std::string(publish::kChannel)};
  options.sink = [&runtime](std::string_view, std::string_view payload) {
    (void)runtime.bridge().on_one_of_many(payload);
  };
  options.on_pause = [&runtime] { runtime.bridge().hand_over(); };
  return options;
}

// esbuild's watcher listens there and starts the editor. Source: spec/frappe-realtime.md 1.5.
net::Task<void> publish_location(redis::Publisher& redis, std::string location) {
  std::string channel = "open_in_editor";
  auto publishing = redis.publish(std::move(channel), std::move(location));
  const auto published = co_await std::move(publishing);
  if (!published) {
    log::warn("open_in_editor could not be published",
              {{"reason", redis::to_string(published.error())}});
  }
}

// Over a restart: what the next process is left, this one was left by the one before.
void keep_rooms(Runtime& runtime, const Config& config) {
  const std::string path = state_path(config.bench.value);
  runtime.set_saved_rooms(take_state(path, config.recovery_window.value));
  runtime.save_rooms_at_stop(
      [path](const std::vector<frappe::SavedSession>& all) { write_state(path, all); });
}

AdminHooks admin_hooks(const redis::Subscriber& subscriber, const Config& config) {
  AdminHooks hooks;
  const auto site = choose_site("", config);
  hooks.default_site = site.value_or("");
  hooks.why_not_ready = [&subscriber] {
    return std::string(subscriber.subscribed() ? "" : "not subscribed to Redis");
  };
  return hooks;
}

}  // namespace

int run_serve(const Config& config, const ReadConfig& read) {
  const size_t descriptors = net::raise_descriptor_limit();
  const auto address = redis_address(config.redis_queue.value, config);
  if (!address) return fail("redis_queue: " + std::string(to_string(address.error())));
  log_start(config, *address, descriptors);

  Runtime runtime(runtime_options(config));
  redis::Publisher redis(runtime.loop(), *address);
  const std::vector<net::Endpoint> asked = upstreams(config);
  if (asked.size() > 1) {
    log::info("in a container: asked when nobody is at the upstream",
              {{"upstream", asked.back().to_string()}});
  }
  frappe::WebBackend backend(runtime.loop(), runtime.frappe_config(), asked, redis);
  runtime.set_backend(backend);
  if (config.developer_mode.value) {
    runtime.set_open_in_editor([&runtime, &redis](std::string location) {
      auto publishing = publish_location(redis, std::move(location));
      runtime.loop().spawn("open_in_editor", std::move(publishing));
    });
  }
  redis::Subscriber subscriber(runtime.loop(), subscription(*address, runtime));
  const auto cache = redis_address(config.redis_cache.value, config);
  redis::Publisher session_cache(runtime.loop(), cache ? *cache : *address);
  const frappe::SessionWatchOptions watch_options{
      .period = std::chrono::duration_cast<base::Duration>(config.session_check.value)};
  frappe::SessionWatch watch(runtime.server().home(), runtime.find_site(), backend, session_cache,
                             watch_options);
  if (cache) watch.start();
  runtime.at_stop([&subscriber, &watch] {
    subscriber.stop();
    watch.stop();
  });

  if (const auto listening = listen(runtime.server(), config); !listening) {
    return fail(listening.error());
  }
  const auto admin =
      runtime.open_admin(bench_admin_socket(config.bench.value), effective_settings(config),
                         config.admin_token.value, admin_hooks(subscriber, config));
  if (!admin) return fail(admin.error());
  if (config.admin.value.port != 0) {
    const auto tcp = runtime.open_admin_tcp(config.admin.value.host, config.admin.value.port);
    if (!tcp) return fail(tcp.error());
  }
  if (config.recovery.value != Recovery::kOff) keep_rooms(runtime, config);
  runtime.at_reload([&runtime, running = config, read]() mutable {
    if (reload_config(running, read)) runtime.set_limits(running);
  });
  subscriber.start();
  runtime.announce();
  return runtime.run();
}

}  // namespace crema::app
