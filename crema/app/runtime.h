// What `serve` and `demo` have in common: the Frappe server, its admin endpoints, its end.
#pragma once

#include "crema/app/admin.h"
#include "crema/app/admin_server.h"
#include "crema/app/admin_socket.h"
#include "crema/app/config.h"
#include "crema/app/start_pages.h"
#include "crema/apphost/app_hosts.h"
#include "crema/frappe/event_bridge.h"
#include "crema/frappe/services.h"
#include "crema/net/signals.h"
#include "crema/server/drain.h"
#include "crema/server/server.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace crema::app {

struct RuntimeOptions {
  frappe::Config frappe;
  frappe::FindSite find_site;
  // What Frappe does not decide: shards, bounds, deadlines.
  server::Config server;
  // Answers paths outside Socket.IO, after /health.
  server::HttpHandler on_http;
  // Apps' own handlers; nothing: there are none.
  std::optional<apphost::Config> handlers;
  // How long a stop waits for what is queued to be sent.
  std::chrono::milliseconds drain{500};
};

class Runtime {
 public:
  explicit Runtime(RuntimeOptions options);
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;
  ~Runtime();

  [[nodiscard]] server::Server& server() noexcept { return server_; }
  [[nodiscard]] net::Loop& loop() noexcept { return server_.home().loop(); }
  [[nodiscard]] frappe::EventBridge& bridge() noexcept { return bridge_; }
  [[nodiscard]] const frappe::Config& frappe_config() const noexcept { return services_.config; }

  [[nodiscard]] const frappe::FindSite& find_site() const noexcept { return services_.find_site; }

  // Who answers for users. Borrowed for life; before `run`.
  void set_backend(frappe::Backend& backend);
  // Turns developer mode on. Before `run`; called on the loop's thread.
  void set_open_in_editor(std::function<void(std::string location)> publish);
  // Before `run`. Called on the loop's thread when a signal ends the server and what was queued is
  // sent, before clients are told.
  void at_stop(std::function<void()> fn) { at_stop_ = std::move(fn); }
  // Before `run`. Called on the loop's thread at each reload.
  void at_reload(std::function<void()> fn) { at_reload_.push_back(std::move(fn)); }
  // What a process that serves can take over: bounds and deadlines. The loop's thread.
  void set_limits(const Config& config);
  // Before `run`. What the process before this one left; and what is done with what this one
  // leaves, on the loop's thread, before clients are told.
  void set_saved_rooms(std::unique_ptr<frappe::SavedRooms> saved);
  void save_rooms_at_stop(std::function<void(const std::vector<frappe::SavedSession>&)> save) {
    save_rooms_ = std::move(save);
  }

  // Opens the admin socket. The hooks `why_not_live`, `uptime` and `publish` are filled in here:
  // what is published there goes straight to this process's sockets, with Redis or without.
  // Errors: what the operator is told.
  [[nodiscard]] base::Result<void, std::string> open_admin(const AdminSocket& socket,
                                                           std::vector<SettingLine> settings,
                                                           std::string token, AdminHooks hooks);
  // The same endpoints over TCP; after open_admin. Errors: likewise.
  [[nodiscard]] base::Result<void, std::string> open_admin_tcp(const std::string& host,
                                                               uint16_t port);

  // Says on stdout where the server listens, in the words of the original, a line per address.
  void announce() const;
  // Serves until SIGTERM or SIGINT: what is queued is sent, within RuntimeOptions::drain, then all
  // connections are closed below Socket.IO. A second signal ends the process at once with code 1.
  // Returns an ExitCode.
  [[nodiscard]] int run();
  // What SIGHUP does, unless it comes from a terminal that was closed: apps' handlers are loaded
  // anew, and whatever `at_reload` asks for. The loop's thread.
  void reload();

 private:
  void on_signal(int signal);
  void stop(int signal);
  void drained();
  void stop_server(std::vector<std::vector<frappe::SavedSession>> sessions);
  [[nodiscard]] base::Result<std::vector<size_t>, std::string> publish(
      std::vector<std::string> envelopes);
  [[nodiscard]] size_t disconnect(const std::string& site, const std::string& user);
  // On an admin thread, shard by shard.
  [[nodiscard]] std::string why_not_live();
  [[nodiscard]] AdminHooks::Rows connections(const PageQuery& query);
  [[nodiscard]] AdminHooks::Rows rooms(const PageQuery& query);
  [[nodiscard]] std::string loop_metrics();

  frappe::Services services_;
  server::Server server_;
  frappe::EventBridge bridge_;
  server::Drain drain_;
  net::Signals signals_;
  std::function<void()> at_stop_;
  apphost::AppHosts* handlers_ = nullptr;  // Null: there are none.
  std::vector<std::function<void()>> at_reload_;
  std::function<void(const std::vector<frappe::SavedSession>&)> save_rooms_;
  const apphost::Config hosts_;  // By default, when there are none: its bounds are shown.
  std::chrono::milliseconds drain_time_;
  std::unique_ptr<Admin> admin_;
  std::vector<std::unique_ptr<AdminServer>> admin_servers_;
  const std::chrono::steady_clock::time_point started_;
  StartPages start_pages_{loop().wheel(), loop().now()};
  bool stopping_ = false;
};

}  // namespace crema::app
