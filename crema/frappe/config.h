// What the Frappe side of the server is told, and its bounds.
#pragma once

#include "crema/base/clock.h"
#include "crema/frappe/dialect.h"
#include "crema/net/tls.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace crema::frappe {

// Whether a client without an Origin header may connect. Browsers send none with a GET to the
// page's own origin: behind nginx, which writes one, that does not happen; the demo has no nginx.
// Source: spec/frappe-realtime.md 12.
enum class MissingOrigin : uint8_t { kWithAuthorization, kNever, kAlways };

// Whom the web process is asked at: where the configuration says, or at the client's Origin, as the
// original does. Source: spec/frappe-realtime.md 3.4.
enum class AuthUpstream : uint8_t { kConfigured, kOrigin };

struct Config {
  std::string default_site;  // The site of localhost and 127.0.0.1; empty: none.
  AuthUpstream auth_upstream = AuthUpstream::kConfigured;
  // Whom to trust at an https origin; null: nobody.
  std::shared_ptr<net::TlsTrust> tls = {};
  // In developer mode the port of an http Origin is replaced by the web process's; 0: it is not.
  uint16_t developer_port = 0;
  // Turned on, once, by whoever runs apps' own handlers; read by every shard. Null: nobody does.
  std::shared_ptr<std::atomic<bool>> handlers_run = {};
  // Handlers are shown the handshake and the site's apps: whether these are kept.
  [[nodiscard]] bool keep_for_handlers() const { return handlers_run && *handlers_run; }
  std::optional<Dialect> dialect;  // Empty: the web process's first answer decides.
  MissingOrigin missing_origin = MissingOrigin::kWithAuthorization;

  // How long a CONNECT waits for a web process that cannot answer; then the connection is closed.
  // A subscription waits as long, and is then not made.
  base::Duration auth_wait = std::chrono::seconds(40);
  base::Duration identity_timeout = std::chrono::seconds(10);
  base::Duration permission_timeout = std::chrono::seconds(5);
  // How long a positive answer serves further sockets of the same credential.
  base::Duration identity_ttl = std::chrono::seconds(5);
  base::Duration permission_ttl = std::chrono::seconds(5);
  // How long a session that comes back waits for its permissions; the rooms that are undecided then
  // are joined when their answers come, without the events that were missed.
  base::Duration review_wait = std::chrono::seconds(5);
  // Calls to the web process in flight for one site, and questions that may be undecided.
  size_t calls_per_site_max = 16;
  size_t waiting_per_site_max = 20'000;
};

// A credential beyond this is none of Frappe's. Thousands may wait while the web process is away.
inline constexpr size_t kCredentialBytesMax = 4096;
// Permission checks of one socket that may be undecided at a time: the rooms that were saved for
// it over a restart, and as many that its page asks for before the web process answers.
inline constexpr size_t kPendingChecksMax = 128;
// `open_in_editor` publishes a file's name, a line and a column.
inline constexpr size_t kEditorLocationBytesMax = 16 * 1024;
// What is saved over a restart: together they bound the file. What is beyond is not saved, or not
// read. Of a session those rooms are saved that it joined last.
inline constexpr size_t kSavedSessionsMax = 100'000;
inline constexpr size_t kSavedRoomsPerSessionMax = 64;
inline constexpr size_t kSavedBytesMax = size_t{32} << 20;
// Frappe's name for whoever is not logged in.
inline constexpr std::string_view kGuestUser = "Guest";
// A web process's answer beyond this is not one of Frappe's.
inline constexpr size_t kWebBodyBytesMax = 256 * 1024;

}  // namespace crema::frappe
