#include "crema/app/config_keys.h"

#include "crema/app/config_show.h"

#include <fmt/format.h>

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

template <auto Member>
ShownSetting shown_mode(const Config& config) {
  return {fmt::format("{:04o}", (config.*Member).value), (config.*Member).source};
}

template <auto Member>
void take(Config& to, const Config& from) {
  to.*Member = from.*Member;
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
    ConfigKey{"allow_cors", kFrappe, "", "",
              "Origins whose pages may connect, for sites that name none themselves",
              apply<&Config::allow_cors, read_origins>, shown<&Config::allow_cors>},
    ConfigKey{"developer_mode", kFrappe, "", "", "Frappe's developer mode",
              apply<&Config::developer_mode, read_truthy>, shown<&Config::developer_mode>},
    ConfigKey{"socketio_backend", kFrappe, "", "",
              "Which handlers of an app with both run: handlers.py if it begins with python",
              apply<&Config::socketio_backend, read_text>, shown<&Config::socketio_backend>},
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
    ConfigKey{"auth_upstream", kCrema, "CREMA_AUTH_UPSTREAM", "",
              "Whom to ask: the configured web process, or the client's origin, if it is a site",
              apply<&Config::auth_upstream, read_auth_upstream>, shown<&Config::auth_upstream>},
    ConfigKey{"frappe_version", kCrema, "CREMA_FRAPPE_VERSION", "--frappe-version",
              "How the web process is asked: auto, 15, or 16, which is develop too",
              apply<&Config::frappe_version, read_frappe_version>, shown<&Config::frappe_version>},
    ConfigKey{
        "tls_ca", kCrema, "CREMA_TLS_CA", "",
        "A file of CA certificates to trust beside the system's, for rediss:// and https origins",
        apply<&Config::tls_ca, read_certificates>, shown<&Config::tls_ca>},
    ConfigKey{"auth_wait", kCrema, "CREMA_AUTH_WAIT", "",
              "How long a connection waits for a web process that cannot answer",
              apply<&Config::auth_wait, read_wait>, shown<&Config::auth_wait>,
              take<&Config::auth_wait>},
    ConfigKey{"session_check", kCrema, "CREMA_SESSION_CHECK", "",
              "How often the sessions of connected users are looked up in redis_cache",
              apply<&Config::session_check, read_wait>, shown<&Config::session_check>},
    ConfigKey{
        "recovery", kCrema, "CREMA_RECOVERY", "--recovery",
        "Lost sessions come back with their rooms and what they missed: on (browsers and Node),"
        " all, off",
        apply<&Config::recovery, read_recovery>, shown<&Config::recovery>},
    ConfigKey{"recovery_window", kCrema, "CREMA_RECOVERY_WINDOW", "--recovery-window",
              "How long a lost session may come back", apply<&Config::recovery_window, read_wait>,
              shown<&Config::recovery_window>, take<&Config::recovery_window>},
    ConfigKey{"recovery_bytes_max", kCrema, "CREMA_RECOVERY_BYTES_MAX", "--recovery-bytes-max",
              "Bytes of one site's events that are kept for those who come back",
              apply<&Config::recovery_bytes_max, read_recovery_bytes>,
              shown<&Config::recovery_bytes_max>, take<&Config::recovery_bytes_max>},
    ConfigKey{"recovery_total_bytes_max", kCrema, "CREMA_RECOVERY_TOTAL_BYTES_MAX",
              "--recovery-total-bytes-max",
              "The same of all sites together: the oldest event of all goes first",
              apply<&Config::recovery_total_bytes_max, read_recovery_bytes>,
              shown<&Config::recovery_total_bytes_max>, take<&Config::recovery_total_bytes_max>},
    ConfigKey{"drain_timeout", kCrema, "CREMA_DRAIN_TIMEOUT", "--drain-timeout",
              "How long a stop waits for what is queued to be sent",
              apply<&Config::drain_timeout, read_drain>, shown<&Config::drain_timeout>,
              take<&Config::drain_timeout>},
    ConfigKey{"allow_missing_origin", kCrema, "CREMA_ALLOW_MISSING_ORIGIN", "",
              "Clients without an Origin header: with_authorization or never",
              apply<&Config::allow_missing_origin, read_missing_origin>,
              shown<&Config::allow_missing_origin>},
    ConfigKey{"log_level", kCrema, "CREMA_LOG_LEVEL", "--log-level",
              "debug, info, warn, error or off", apply<&Config::log_level, read_log_level>,
              shown<&Config::log_level>, take<&Config::log_level>},
    ConfigKey{"log_format", kCrema, "CREMA_LOG_FORMAT", "--log-format", "logfmt or json",
              apply<&Config::log_format, read_log_format>, shown<&Config::log_format>,
              take<&Config::log_format>},
    ConfigKey{"admin", kCrema, "CREMA_ADMIN", "--admin",
              "HOST:PORT of the admin endpoints, beside their Unix socket",
              apply<&Config::admin, read_admin>, shown<&Config::admin>},
    ConfigKey{"admin_token", kCrema, "CREMA_ADMIN_TOKEN", "",
              "The bearer token that requests to `admin` carry",
              apply<&Config::admin_token, read_token>, shown_secret<&Config::admin_token>},
    ConfigKey{"uds_mode", kCrema, "CREMA_UDS_MODE", "--uds-mode",
              "The permissions of socketio_uds, in octal", apply<&Config::uds_mode, read_mode>,
              shown_mode<&Config::uds_mode>},
    ConfigKey{"handlers", kCrema, "CREMA_HANDLERS", "",
              "Whether apps' own realtime handlers run: on or off",
              apply<&Config::handlers, read_switch>, shown<&Config::handlers>},
    ConfigKey{"node", kCrema, "CREMA_NODE", "", "The Node that runs handlers.js",
              apply<&Config::node, read_text>, shown<&Config::node>},
    ConfigKey{"python", kCrema, "CREMA_PYTHON", "", "The Python that runs handlers.py",
              apply<&Config::python, read_text>, shown<&Config::python>},
    ConfigKey{"handler_stall_max", kCrema, "CREMA_HANDLER_STALL_MAX", "",
              "How long a handler may keep others from running before its process is ended",
              apply<&Config::handler_stall_max, read_wait>, shown<&Config::handler_stall_max>},
    ConfigKey{"handler_memory_max", kCrema, "CREMA_HANDLER_MEMORY_MAX", "",
              "MiB of memory that a process of handlers may use",
              apply<&Config::handler_memory_max, read_mebibytes>,
              shown<&Config::handler_memory_max>},
    ConfigKey{"connections_max", kCrema, "CREMA_CONNECTIONS_MAX", "--connections-max",
              "Connections at a time; more are answered 503",
              apply<&Config::connections_max, read_bound>, shown<&Config::connections_max>,
              take<&Config::connections_max>},
    ConfigKey{"connections_per_address_max", kCrema, "CREMA_CONNECTIONS_PER_ADDRESS_MAX",
              "--connections-per-address-max",
              "Connections at a time from one address; not behind a proxy",
              apply<&Config::connections_per_address_max, read_bound>,
              shown<&Config::connections_per_address_max>,
              take<&Config::connections_per_address_max>},
    ConfigKey{"new_connections_per_address_max", kCrema, "CREMA_NEW_CONNECTIONS_PER_ADDRESS_MAX",
              "--new-connections-per-address-max",
              "New connections in a second from one address; not behind a proxy",
              apply<&Config::new_connections_per_address_max, read_bound>,
              shown<&Config::new_connections_per_address_max>,
              take<&Config::new_connections_per_address_max>},
    ConfigKey{"http_head_bytes_max", kCrema, "CREMA_HTTP_HEAD_BYTES_MAX", "--http-head-bytes-max",
              "Bytes of a request line and its headers",
              apply<&Config::http_head_bytes_max, read_head_bytes>,
              shown<&Config::http_head_bytes_max>, take<&Config::http_head_bytes_max>},
    ConfigKey{"http_headers_max", kCrema, "CREMA_HTTP_HEADERS_MAX", "--http-headers-max",
              "Headers of a request", apply<&Config::http_headers_max, read_headers>,
              shown<&Config::http_headers_max>, take<&Config::http_headers_max>},
    ConfigKey{"message_bytes_max", kCrema, "CREMA_MESSAGE_BYTES_MAX", "--message-bytes-max",
              "Bytes of a message from a client, or of a polling body",
              apply<&Config::message_bytes_max, read_message_bytes>,
              shown<&Config::message_bytes_max>, take<&Config::message_bytes_max>},
    ConfigKey{"queued_bytes_max", kCrema, "CREMA_QUEUED_BYTES_MAX", "--queued-bytes-max",
              "Bytes that may wait for a client that does not read",
              apply<&Config::queued_bytes_max, read_message_bytes>,
              shown<&Config::queued_bytes_max>, take<&Config::queued_bytes_max>},
    ConfigKey{"queued_memory_max", kCrema, "CREMA_QUEUED_MEMORY_MAX", "--queued-memory-max",
              "MiB that may wait for all clients together",
              apply<&Config::queued_memory_max, read_mebibytes>, shown<&Config::queued_memory_max>,
              take<&Config::queued_memory_max>},
    ConfigKey{"request_deadline", kCrema, "CREMA_REQUEST_DEADLINE", "--request-deadline",
              "How long a request may take to arrive", apply<&Config::request_deadline, read_wait>,
              shown<&Config::request_deadline>, take<&Config::request_deadline>},
    ConfigKey{"idle_timeout", kCrema, "CREMA_IDLE_TIMEOUT", "--idle-timeout",
              "How long a kept-alive connection may be without a request",
              apply<&Config::idle_timeout, read_wait>, shown<&Config::idle_timeout>,
              take<&Config::idle_timeout>},
    ConfigKey{"connect_timeout", kCrema, "CREMA_CONNECT_TIMEOUT", "--connect-timeout",
              "How long a client may take to join a namespace",
              apply<&Config::connect_timeout, read_wait>, shown<&Config::connect_timeout>,
              take<&Config::connect_timeout>},
    ConfigKey{"ping_interval", kCrema, "CREMA_PING_INTERVAL", "--ping-interval",
              "The time between pings", apply<&Config::ping_interval, read_wait>,
              shown<&Config::ping_interval>, take<&Config::ping_interval>},
    ConfigKey{"ping_timeout", kCrema, "CREMA_PING_TIMEOUT", "--ping-timeout",
              "How long the answer to a ping may take", apply<&Config::ping_timeout, read_wait>,
              shown<&Config::ping_timeout>, take<&Config::ping_timeout>},
    ConfigKey{"upgrade_timeout", kCrema, "CREMA_UPGRADE_TIMEOUT", "--upgrade-timeout",
              "How long the upgrade of a polling client may take",
              apply<&Config::upgrade_timeout, read_wait>, shown<&Config::upgrade_timeout>,
              take<&Config::upgrade_timeout>},
    ConfigKey{"http_compression", kCrema, "CREMA_HTTP_COMPRESSION", "--http-compression",
              "Whether long polling answers are compressed: on or off",
              apply<&Config::http_compression, read_switch>, shown<&Config::http_compression>,
              take<&Config::http_compression>},
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
