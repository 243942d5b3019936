// The admin endpoints as a function from request to answer; whoever listens calls it.
#pragma once

#include "crema/app/config_view.h"
#include "crema/app/limits.h"
#include "crema/app/live_view.h"
#include "crema/base/result.h"
#include "crema/http/request.h"
#include "crema/http/response.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace crema::app {

// What the endpoints ask the running server. Called on the thread that calls `handle`.
struct AdminHooks {
  // A reason, or empty when all is well.
  std::function<std::string()> why_not_live;
  std::function<std::string()> why_not_ready;
  std::function<std::chrono::seconds()> uptime;
  // Publishes envelopes (JSON objects, as on Redis) in their order and tells to how many sockets
  // of this process each went, on all shards. Not set: there is no /api/publish.
  // Errors: what is wrong with one.
  std::function<base::Result<std::vector<size_t>, std::string>(std::vector<std::string>)> publish;
  // Of an event that names none.
  std::string default_site;
  // Disconnects a user's sockets on a site and tells how many there were.
  std::function<size_t(const std::string& site, const std::string& user)> disconnect = {};
  // A page of the sockets, and of a site's rooms, of all shards. Errors: a loop does not answer.
  using Rows = base::Result<std::vector<Row>, std::string>;
  std::function<Rows(const PageQuery&)> connections = {};
  std::function<Rows(const PageQuery&)> rooms = {};
  // More series than the counters, in Prometheus' text format.
  std::function<std::string()> more_metrics = {};
  // Reads the configuration again and loads apps' handlers anew. Errors: why that cannot be.
  std::function<base::Result<void, std::string>()> reload = {};
  // Apps with handlers, as JSON: {"apps": [{"app", "file", "error"}]}; `error` of those that did
  // not load.
  std::function<std::string()> handlers = {};
};

// Who can reach the listener: the file's owner, or anybody who can open a connection.
enum class AdminAccess : uint8_t { kUnixSocket, kTcp };

// /live /ready /metrics /info, and where there is a hook: /connections /handlers /api/rooms
// /api/disconnect /api/publish /api/reload. Source: operations, "Admin".
class Admin {
 public:
  // `token` is what a request over TCP must carry; empty: none is let in over TCP.
  Admin(std::vector<SettingLine> settings, std::vector<LimitGroup> limits, std::string token,
        AdminHooks hooks);

  // What /info shows as in force from now on. Any thread.
  void set_info(std::vector<SettingLine> settings, std::vector<LimitGroup> limits);

  [[nodiscard]] http::Response handle(const http::Request& request, AdminAccess access) const;

 private:
  [[nodiscard]] bool has_token(const http::Request& request) const;
  [[nodiscard]] http::Response get(const http::Request& request) const;
  [[nodiscard]] http::Response page(const http::Request& request) const;
  [[nodiscard]] http::Response info() const;
  [[nodiscard]] http::Response publish(const http::Request& request) const;
  [[nodiscard]] http::Response disconnect(const http::Request& request) const;
  [[nodiscard]] http::Response reload() const;

  // Fixed at construction.
  const std::string token_;
  const AdminHooks hooks_;

  // Shared.
  mutable std::mutex mutex_;
  std::vector<SettingLine> settings_;  // Guarded by mutex_.
  std::vector<LimitGroup> limits_;     // Guarded by mutex_.
};

// Takes the same time for every `given` of one length, so that a token cannot be guessed in parts.
[[nodiscard]] bool equal_in_constant_time(std::string_view given, std::string_view secret);

}  // namespace crema::app
