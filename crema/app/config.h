// The whole configuration, typed, with the source of every value.
#pragma once

#include "crema/app/bench.h"
#include "crema/app/host_port.h"
#include "crema/app/problem.h"
#include "crema/base/log.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace crema::app {

// A value and where it came from: "default", "sites/common_site_config.json:3",
// "FRAPPE_SITE", "--port", "webserver_port".
template <class T>
struct Setting {
  T value{};
  std::string source = "default";

  [[nodiscard]] bool is_default() const { return source == "default"; }
};

// What a CONNECT without an Origin header needs. Source: frappe-realtime 3.3.
enum class MissingOrigin : uint8_t { kWithAuthorization, kNever };

// How the web process is asked: as version 15, or as 16 and later.
enum class FrappeDialect : uint8_t { kAuto, k15, k16 };

// Whom the web process is asked at. kOrigin is the original's way: at the client's Origin, here as
// far as its host is one of the bench's sites.
enum class AuthUpstream : uint8_t { kConfigured, kOrigin };

// Whose lost sessions come back with what they missed. kOn: the official client's.
enum class Recovery : uint8_t { kOn, kAll, kOff };

// `*` in `host`: every interface, IPv6 and IPv4.
inline constexpr std::string_view kEveryInterface = "*";
// The shard's number has six bits in a session id.
inline constexpr unsigned kShardsMax = 64;

struct Config {
  Setting<std::string> bench;      // The absolute directory.
  std::vector<std::string> sites;  // Folders in sites/ with a site_config.json, sorted.

  // Frappe's keys. Source: frappe-realtime 2.2.
  Setting<uint16_t> socketio_port{9000};
  Setting<std::string> socketio_uds;  // Listen here instead of on the port; empty: not used.
  Setting<std::string> redis_queue{"redis://localhost:6379"};  // What Node's library falls back to.
  Setting<std::string> redis_cache;                            // Empty: not known.
  Setting<std::string> default_site;  // The site of localhost and 127.0.0.1; empty: none.
  Setting<std::vector<std::string>> allow_cors;  // Origins for sites that name none themselves.
  Setting<bool> developer_mode{false};
  Setting<std::string> socketio_backend;  // Which of an app's two handler files runs.
  Setting<std::string> webserver_host;
  Setting<uint16_t> webserver_port{8000};

  // Ours: the object "crema", CREMA_<KEY>, the flag.
  Setting<std::vector<std::string>> host{{"127.0.0.1", "::1"}};
  Setting<unsigned> shards{1};
  Setting<std::string> web_url;
  Setting<AuthUpstream> auth_upstream{AuthUpstream::kConfigured};
  Setting<FrappeDialect> frappe_version{FrappeDialect::kAuto};
  Setting<std::string> tls_ca;  // A file; empty: the system's CAs only.
  Setting<std::chrono::milliseconds> auth_wait{std::chrono::seconds(40)};
  Setting<std::chrono::milliseconds> session_check{std::chrono::seconds(30)};
  Setting<Recovery> recovery{Recovery::kOn};
  Setting<std::chrono::milliseconds> recovery_window{std::chrono::minutes(2)};
  Setting<unsigned> recovery_bytes_max{16 * 1024 * 1024};         // Of one site.
  Setting<unsigned> recovery_total_bytes_max{128 * 1024 * 1024};  // Of all sites.
  Setting<std::chrono::milliseconds> drain_timeout{std::chrono::milliseconds(500)};
  Setting<MissingOrigin> allow_missing_origin{MissingOrigin::kWithAuthorization};
  Setting<log::Level> log_level{log::Level::kInfo};
  Setting<log::Format> log_format{log::Format::kLogfmt};
  Setting<HostPort> admin;           // Port 0: the Unix socket only.
  Setting<std::string> admin_token;  // A secret; needed for `admin`.
  Setting<unsigned> uds_mode{0666};  // As open as the port is to this machine.
  // Apps' own handlers.
  Setting<bool> handlers{true};
  Setting<std::string> node;    // Empty: of PATH.
  Setting<std::string> python;  // Empty: of the bench, else of PATH.
  Setting<std::chrono::milliseconds> handler_stall_max{std::chrono::seconds(5)};
  Setting<unsigned> handler_memory_max{512};  // MiB of one host.

  // Bounds; 0 stands for none. Source: spec/hostile-input.md, "Defaults and bounds".
  Setting<unsigned> connections_max{0};
  Setting<unsigned> connections_per_address_max{0};
  Setting<unsigned> new_connections_per_address_max{0};
  Setting<unsigned> http_head_bytes_max{16 * 1024};
  Setting<unsigned> http_headers_max{100};
  Setting<unsigned> message_bytes_max{1'000'000};
  Setting<unsigned> queued_bytes_max{1024 * 1024};
  Setting<unsigned> queued_memory_max{512};  // MiB, of all clients.
  Setting<std::chrono::milliseconds> request_deadline{std::chrono::seconds(10)};
  Setting<std::chrono::milliseconds> idle_timeout{std::chrono::seconds(75)};
  Setting<std::chrono::milliseconds> connect_timeout{std::chrono::seconds(45)};
  Setting<std::chrono::milliseconds> ping_interval{std::chrono::seconds(25)};
  Setting<std::chrono::milliseconds> ping_timeout{std::chrono::seconds(20)};
  Setting<std::chrono::milliseconds> upgrade_timeout{std::chrono::seconds(10)};
  Setting<bool> http_compression{true};

  // Worked out of the above: where the web process is asked, and how. kAuto: its first answer
  // decides.
  Setting<HostPort> upstream;
  Setting<FrappeDialect> dialect;
};

// A flag of the command line, by the key it sets ("socketio_port", "host", …).
struct Flag {
  std::string key;
  std::vector<std::string> values;
};

struct ConfigQuery {
  BenchQuery bench = {};
  std::vector<Flag> flags = {};
  std::string container = {};  // What says that this is one (see container_sign), or empty.
};

// `config` holds what could be read; with an error among `problems` it is for reports only.
struct LoadedConfig {
  Config config;
  Problems problems;
};

// Defaults, <bench>/config.json, <bench>/sites/common_site_config.json, the environment, the
// flags: later ones win. Reads files; asks no network. Source: frappe-realtime 2.1.
[[nodiscard]] LoadedConfig load_config(const ConfigQuery& query);

}  // namespace crema::app
