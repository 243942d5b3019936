#include "crema/app/config_keys.h"

#include "crema/app/config_show.h"

#include <array>

namespace crema::app {
namespace {

template <auto Member, auto Reader>
Read<void> apply(Config& config, const RawValue& raw) {
  auto value = Reader(raw);
  if (!value) return base::fail(std::move(value.error()));
  (config.*Member).value = std::move(*value);
  (config.*Member).source = raw.source;
  return {};
}

template <auto Member>
ShownSetting shown(const Config& config) {
  return {show((config.*Member).value), (config.*Member).source};
}

template <auto Member>
ShownSetting shown_url(const Config& config) {
  return {redact_url((config.*Member).value), (config.*Member).source};
}

template <auto Member>
ShownSetting shown_secret(const Config& config) {
  return {(config.*Member).value.empty() ? "" : "***", (config.*Member).source};
}

constexpr auto kFrappe = KeyOwner::kFrappe;
constexpr auto kCrema = KeyOwner::kCrema;

constexpr std::array kKeys{
    ConfigKey{"socketio_port", kFrappe, "FRAPPE_SOCKETIO_PORT", "--port",
              "The port that browsers connect to", apply<&Config::socketio_port, read_port>,
              shown<&Config::socketio_port>},
    ConfigKey{"socketio_uds", kFrappe, "FRAPPE_SOCKETIO_UDS", "",
              "A Unix socket to listen on in place of the port",
              apply<&Config::socketio_uds, read_socket_path>, shown<&Config::socketio_uds>},
    ConfigKey{"redis_queue", kFrappe, "FRAPPE_REDIS_QUEUE", "",
              "The Redis on which Frappe publishes events",
              apply<&Config::redis_queue, read_redis_url>, shown_url<&Config::redis_queue>},
    ConfigKey{"redis_cache", kFrappe, "FRAPPE_REDIS_CACHE", "", "The Redis of Frappe's cache",
              apply<&Config::redis_cache, read_redis_url>, shown_url<&Config::redis_cache>},
    ConfigKey{"default_site", kFrappe, "FRAPPE_SITE", "", "The site of localhost and 127.0.0.1",
              apply<&Config::default_site, read_text>, shown<&Config::default_site>},
    ConfigKey{"developer_mode", kFrappe, "", "", "Frappe's developer mode",
              apply<&Config::developer_mode, read_truthy>, shown<&Config::developer_mode>},
    ConfigKey{"webserver_host", kFrappe, "", "",
              "The host of the web process, used when webserver_port is set too",
              apply<&Config::webserver_host, read_text>, shown<&Config::webserver_host>},
    ConfigKey{"webserver_port", kFrappe, "", "", "The port of the web process",
              apply<&Config::webserver_port, read_port>, shown<&Config::webserver_port>},
    ConfigKey{"host", kCrema, "CREMA_HOST", "--host",
              "The addresses to listen on; * is every interface", apply<&Config::host, read_hosts>,
              shown<&Config::host>},
    ConfigKey{"shards", kCrema, "CREMA_SHARDS", "--shards", "Threads that serve: 1 to 64, or auto",
              apply<&Config::shards, read_shards>, shown<&Config::shards>},
    ConfigKey{"web_url", kCrema, "CREMA_WEB_URL", "--web-url",
              "Where the web process is asked, before webserver_host and webserver_port",
              apply<&Config::web_url, read_web_url>, shown<&Config::web_url>},
    ConfigKey{"frappe_version", kCrema, "CREMA_FRAPPE_VERSION", "--frappe-version",
              "How the web process is asked: auto, 15, or 16, which is develop too",
              apply<&Config::frappe_version, read_frappe_version>,
              shown<&Config::frappe_version>},
    ConfigKey{"auth_wait", kCrema, "CREMA_AUTH_WAIT", "",
              "How long a connection waits for a web process that cannot answer",
              apply<&Config::auth_wait, read_wait>, shown<&Config::auth_wait>},
    ConfigKey{"allow_missing_origin", kCrema, "CREMA_ALLOW_MISSING_ORIGIN", "",
              "Clients without an Origin header: with_authorization or never",
              apply<&Config::allow_missing_origin, read_missing_origin>,
              shown<&Config::allow_missing_origin>},
    ConfigKey{"log_level", kCrema, "CREMA_LOG_LEVEL", "--log-level",
              "debug, info, warn, error or off", apply<&Config::log_level, read_log_level>,
              shown<&Config::log_level>},
    ConfigKey{"log_format", kCrema, "CREMA_LOG_FORMAT", "--log-format", "logfmt or json",
              apply<&Config::log_format, read_log_format>, shown<&Config::log_format>},
    ConfigKey{"admin", kCrema, "CREMA_ADMIN", "--admin",
              "HOST:PORT of the admin endpoints, beside their Unix socket",
              apply<&Config::admin, read_admin>, shown<&Config::admin>},
    ConfigKey{"admin_token", kCrema, "CREMA_ADMIN_TOKEN", "",
              "The bearer token that requests to `admin` carry",
              apply<&Config::admin_token, read_token>, shown_secret<&Config::admin_token>},
};

}  // namespace

std::span<const ConfigKey> config_keys() { return kKeys; }

const ConfigKey* find_key(KeyOwner owner, std::string_view name) {
  for (const ConfigKey& key : kKeys) {
    if (key.owner == owner && key.name == name) return &key;
  }
  return nullptr;
}

std::string full_name(const ConfigKey& key) {
  return std::string(key.owner == kCrema ? "crema." : "").append(key.name);
}

}  // namespace crema::app
