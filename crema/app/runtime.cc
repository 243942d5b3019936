#include "crema/app/runtime.h"

#include "crema/app/ask_loop.h"
#include "crema/app/assets.h"
#include "crema/app/outcome.h"
#include "crema/app/server_options.h"
#include "crema/base/log.h"
#include "crema/frappe/admission.h"
#include "crema/frappe/disconnect.h"
#include "crema/frappe/realtime.h"
#include "crema/frappe/save_rooms.h"
#include "crema/server/ask_shards.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iterator>

namespace crema::app {
namespace {

// What is still under way when the server has stopped gets this long to end.
constexpr base::Duration kDrain{300};
constexpr std::string_view kNoAnswer = "a shard's loop does not answer";

std::optional<http::Response> health(const http::Request& request) {
  if (request.path() != "/health") return std::nullopt;
  if (request.method != "GET" && request.method != "HEAD")
    return http::Response{.status = 405, .headers = {{"Allow", "GET, HEAD"}}, .body = {}};
  return http::Response{.status = 200, .headers = {{"Content-Type", "text/plain"}}, .body = "ok"};
}

// Source: spec/frappe-realtime.md 1.2, 12.
server::Config server_config(const RuntimeOptions& options) {
  server::Config config = options.server;
  config.transport.cors.origins = http::Cors::Origins::kReflect;
  config.transport.cors.credentials = true;
  config.socketio.repeated_connect = socketio::RepeatedConnect::kAnswerAgain;
  config.socketio.attachment_bytes_max = 1'000'000;  // No event of Frappe's is binary.
  config.keep_handshake = [run = options.frappe.handlers_run](const http::Request& request,
                                                              const std::string& address) {
    return run && *run ? frappe::keep_whole_handshake(request, address)
                       : frappe::keep_handshake(request, address);
  };
  config.on_http = [more = options.on_http](const http::Request& request) {
    auto response = health(request);
    if (!response) response = client_script(request);
    return response || !more ? response : more(request);
  };
  return config;
}

}  // namespace

Runtime::Runtime(RuntimeOptions options)
    : services_{.config = options.frappe, .find_site = options.find_site},
      server_(server_config(options),
              [this](server::Shard& shard) {
                return std::make_unique<frappe::Realtime>(shard, services_);
              }),
      bridge_(server_.home()),
      drain_(server_.home()),
      signals_(loop(), [this](int signal) { on_signal(signal); }),
      hosts_(options.handlers.value_or(apphost::Config{})),
      drain_time_(options.drain),
      started_(std::chrono::steady_clock::now()) {
  services_.home = &server_.home();
  services_.viewers = std::make_unique<frappe::DocViewers>(server_.home());
  if (!options.handlers) return;
  auto hosts =
      std::make_unique<apphost::AppHosts>(server_, services_, std::move(*options.handlers));
  handlers_ = hosts.get();
  services_.custom_handlers = std::move(hosts);
}

// The hosts' processes and timers are on the server's loop.
Runtime::~Runtime() { services_.custom_handlers.reset(); }

void Runtime::reload() {
  log::info("reloading");
  if (handlers_) handlers_->reload();
  for (const auto& more : at_reload_) more();
}

void Runtime::set_limits(const Config& config) {
  server::Config server = server_.config();
  app::set_limits(config, server);
  server_.set_limits(server);
  frappe::Config frappe = services_.config;
  frappe.auth_wait = config.auth_wait.value;
  services_.identity->set_wait(frappe.auth_wait);
  services_.permission->set_wait(frappe.auth_wait);
  drain_time_ = config.drain_timeout.value;
  admin_->set_info(effective_settings(config), limits_of(server, frappe, hosts_, drain_time_));
}

void Runtime::set_backend(frappe::Backend& backend) {
  services_.identity = std::make_unique<frappe::IdentityService>(loop(), services_.config, backend);
  services_.permission =
      std::make_unique<frappe::PermissionService>(loop(), services_.config, backend);
}

void Runtime::set_saved_rooms(std::unique_ptr<frappe::SavedRooms> saved) {
  services_.saved = std::move(saved);
}

void Runtime::set_open_in_editor(std::function<void(std::string)> publish) {
  services_.open_in_editor = std::move(publish);
}

base::Result<void, std::string> Runtime::open_admin(const AdminSocket& socket,
                                                    std::vector<SettingLine> settings,
                                                    std::string token, AdminHooks hooks) {
  if (const auto prepared = prepare_socket_directory(socket); !prepared) {
    return base::fail(to_string(prepared.error()));
  }
  hooks.why_not_live = [this] { return why_not_live(); };
  hooks.connections = [this](const PageQuery& query) { return connections(query); };
  hooks.rooms = [this](const PageQuery& query) { return rooms(query); };
  hooks.more_metrics = [this] { return loop_metrics(); };
  hooks.disconnect = [this](const std::string& site, const std::string& user) {
    return disconnect(site, user);
  };
  hooks.reload = [this]() -> base::Result<void, std::string> {
    if (ask_loop(loop(), [this] { return (reload(), true); })) return {};
    return base::fail(std::string("the server's loop does not answer"));
  };
  hooks.handlers = [this] {
    return ask_loop(loop(), [this] { return handlers_ ? handlers_->describe() : R"({"apps":[]})"; })
        .value_or(R"({"apps":[]})");
  };
  hooks.uptime = [this] {
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() -
                                                            started_);
  };
  hooks.publish = [this](std::vector<std::string> envelopes) {
    return publish(std::move(envelopes));
  };
  admin_ = std::make_unique<Admin>(
      std::move(settings), limits_of(server_.config(), services_.config, hosts_, drain_time_),
      std::move(token), std::move(hooks));
  auto unix_server = std::make_unique<AdminServer>(*admin_, AdminAccess::kUnixSocket);
  const auto listening = unix_server->listen_unix(socket.path);
  if (!listening)
    return base::fail("the admin socket cannot be opened: " + listening.error().message);
  admin_servers_.push_back(std::move(unix_server));
  return {};
}

base::Result<void, std::string> Runtime::open_admin_tcp(const std::string& host, uint16_t port) {
  auto tcp = std::make_unique<AdminServer>(*admin_, AdminAccess::kTcp);
  const auto listening = tcp->listen_tcp(host, port);
  if (!listening) return base::fail("--admin: " + listening.error().message);
  log::warn("the admin endpoints listen on TCP, protected by their token only",
            {{"address", *listening}});
  admin_servers_.push_back(std::move(tcp));
  return {};
}

base::Result<std::vector<size_t>, std::string> Runtime::publish(
    std::vector<std::string> envelopes) {
  using Count = std::shared_ptr<std::atomic<size_t>>;
  using Counts = base::Result<std::vector<Count>, std::string>;
  const auto counts = ask_loop(loop(), [this, envelopes = std::move(envelopes)]() -> Counts {
    std::vector<Count> each;
    for (const std::string& envelope : envelopes) {
      const auto count = std::make_shared<std::atomic<size_t>>(0);
      each.push_back(count);
      const auto sent = bridge_.on_message(envelope, [count](size_t n) { *count += n; });
      if (!sent) return base::fail(std::string(frappe::to_text(sent.error())));
    }
    return each;
  });
  if (!counts) return base::fail(std::string("the server's loop does not answer"));
  if (!*counts) return base::fail(counts->error());
  // A shard that answers this has delivered what was posted to it before.
  for (const auto& shard : server_.shards()) (void)ask_loop(shard->loop(), [] { return true; });
  std::vector<size_t> sockets;
  for (const Count& count : **counts) sockets.push_back(count->load());
  return sockets;
}

// On an admin thread: shard by shard.
size_t Runtime::disconnect(const std::string& site, const std::string& user) {
  size_t sockets = 0;
  for (const auto& shard : server_.shards()) {
    sockets += ask_loop(shard->loop(), [&shard = *shard, site, user] {
                 return frappe::disconnect_here(shard, site, [&user](const frappe::SocketUser& it) {
                   return it.user() == user;
                 });
               }).value_or(0);
  }
  return sockets;
}

std::string Runtime::why_not_live() {
  for (const auto& shard : server_.shards()) {
    if (ask_loop(shard->loop(), [] { return true; })) continue;
    return "the loop of shard " + std::to_string(shard->index()) + " does not answer";
  }
  return {};
}

AdminHooks::Rows Runtime::connections(const PageQuery& query) {
  std::vector<Row> all;
  for (const auto& shard : server_.shards()) {
    auto rows = ask_loop(shard->loop(),
                         [&shard = *shard, query] { return connections_here(shard, query); });
    if (!rows) return base::fail(std::string(kNoAnswer));
    all.insert(all.end(), std::make_move_iterator(rows->begin()),
               std::make_move_iterator(rows->end()));
  }
  return all;
}

AdminHooks::Rows Runtime::rooms(const PageQuery& query) {
  std::vector<RoomCount> all;
  for (const auto& shard : server_.shards()) {
    auto counts =
        ask_loop(shard->loop(), [&shard = *shard, query] { return rooms_here(shard, query); });
    if (!counts) return base::fail(std::string(kNoAnswer));
    all.insert(all.end(), std::make_move_iterator(counts->begin()),
               std::make_move_iterator(counts->end()));
  }
  return room_rows(std::move(all), query);
}

// How long each loop takes to get to a question, which is what a new event waits too.
std::string Runtime::loop_metrics() {
  size_t queued = 0;
  std::string text =
      "# HELP crema_loop_lag_seconds How long a shard's loop took to answer this scrape.\n"
      "# TYPE crema_loop_lag_seconds gauge\n";
  for (const auto& shard : server_.shards()) {
    const auto asked = std::chrono::steady_clock::now();
    (void)ask_loop(shard->loop(), [] { return true; });
    const std::chrono::duration<double> lag = std::chrono::steady_clock::now() - asked;
    text +=
        fmt::format("crema_loop_lag_seconds{{shard=\"{}\"}} {:.6f}\n", shard->index(), lag.count());
    queued +=
        ask_loop(shard->loop(), [&shard = *shard] { return shard.queued_bytes(); }).value_or(0);
  }
  text += "# HELP crema_send_queue_bytes What waits for clients to take it.\n";
  text += fmt::format("# TYPE crema_send_queue_bytes gauge\ncrema_send_queue_bytes {}\n", queued);
  return text;
}

int Runtime::run() {
  for (const auto& admin : admin_servers_) admin->start();
  server_.run();
  admin_servers_.clear();
  const bool drained = loop().drain(kDrain);
  log::info("stopped");
  if (drained) return kExitClean;
  // A call to the web process is still open. Its frame refers to what would be destroyed now.
  std::fflush(nullptr);
  std::_Exit(kExitClean);
}

void Runtime::on_signal(int signal) {
  if (signal == SIGUSR1) return log::info("the log goes to stderr: there is no file to open again");
  if (signal == SIGHUP && !net::terminal_is_gone()) return reload();
  stop(signal);
}

void Runtime::stop(int signal) {
  if (std::exchange(stopping_, true)) std::_Exit(kExitFailure);
  log::info("stopping", {{"signal", signal}});
  drain_.start(drain_time_, [this] { drained(); });
}

void Runtime::drained() {
  if (at_stop_) at_stop_();
  if (!save_rooms_) return server_.stop();
  server::ask_shards(
      server_.home(), [](server::Shard& shard) { return frappe::sessions_to_save(shard); },
      [this](auto sessions) { stop_server(std::move(sessions)); });
}

void Runtime::stop_server(std::vector<std::vector<frappe::SavedSession>> sessions) {
  std::vector<frappe::SavedSession> all;
  for (auto& of_one_shard : sessions) {
    std::ranges::move(of_one_shard, std::back_inserter(all));
  }
  save_rooms_(all);
  server_.stop();
}

void Runtime::announce() const {
  for (const auto& listener : server_.listeners()) {
    const char* kind = listener->port() != 0 ? ": ws://" : " UDS: ";
    std::printf("Realtime service listening on%s%s\n", kind, listener->address().c_str());
  }
  std::fflush(stdout);
}

}  // namespace crema::app
