#include "crema/library/core.h"

#include "crema/base/check.h"
#include "crema/engineio/session_id.h"
#include "crema/library/engine_options.h"
#include "crema/library/guarded.h"
#include "crema/library/serve_client.h"
#include "crema/library/shard_application.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace crema::library {
Core::Core(Options options, boost::asio::io_context* context)
    : options_(std::move(options)), context_(context) {
  if (options_.threads != 1) refuse_on_context("Options::threads");
  if (!options_.path.ends_with('/')) options_.path.push_back('/');
  if (!options_.path.starts_with('/')) options_.path.insert(0, "/");
}

Core::~Core() { destroy(); }

void Core::refuse_on_context(const char* what) const {
  if (!context_) return;
  throw std::logic_error(std::string("crema: ") + what +
                         " is not for a server on an io_context of yours: run that, on one thread");
}

void Core::set_threads(unsigned count) {
  if (count != 1) refuse_on_context("threads()");
  const std::shared_lock lock(life_);
  if (server_) throw std::logic_error("crema: threads() comes before listen()");
  if (count < 1 || count > engineio::kShardsMax) {
    throw std::logic_error("crema: threads() takes 1 to 64");
  }
  options_.threads = count;
}

void Core::set_http(std::function<std::optional<HttpResponse>(const HttpRequest&)> fn) {
  const std::shared_lock lock(life_);
  if (server_) throw std::logic_error("crema: http() comes before listen()");
  http_ = std::move(fn);
}

server::Config Core::config() {
  server::Config config;
  config.shards = options_.threads;
  set_engine_options(options_, weak_from_this(), config);
  if (options_.cors) cors_ = cors_of(*options_.cors);
  config.transport.cors = cors_;
  config.engineio.ping_interval = options_.ping_interval;
  config.engineio.ping_timeout = options_.ping_timeout;
  config.engineio.upgrade_timeout = options_.upgrade_timeout;
  config.engineio.max_payload_bytes = options_.max_http_buffer_size;
  config.engineio.queued_bytes_max = options_.max_queued_bytes;
  config.queued_bytes_total_max = options_.max_total_queued_bytes;
  config.http.body_bytes_max = options_.max_http_buffer_size;
  config.socketio.connect_timeout = options_.connect_timeout;
  config.socketio.attachment_bytes_max = socketio::kAttachmentsMax * options_.max_http_buffer_size;
  if (const auto& recovery = options_.connection_state_recovery) {
    using Ask = socketio::RecoveryConfig::Ask;
    socketio::RecoveryConfig on;
    on.ask = recovery->skip_middlewares ? Ask::kNobody : Ask::kApplication;
    on.window = recovery->max_disconnection_duration;
    on.unnoticed_max = options_.ping_interval + options_.ping_timeout + std::chrono::seconds(15);
    on.bytes_max = recovery->bytes_max;
    on.total_bytes_max = recovery->total_bytes_max;
    on.missed_bytes_max = options_.max_queued_bytes / 4 * 3;
    config.socketio.recovery = on;
  }
  config.on_http = [this](const http::Request& request) { return answer_http(request); };
  return config;
}

std::optional<http::Response> Core::answer_http(const http::Request& request) const {
  if (request.path().starts_with(options_.path)) {
    if (!options_.serve_client) return std::nullopt;
    return serve_client(request, options_.path, cors_);
  }
  if (!http_) return std::nullopt;
  const HttpRequest given = copy_of(request);
  std::optional<HttpResponse> answer;
  if (guarded("http()", [&] { answer = http_(given); })) answer = HttpResponse{500, {}, {}};
  if (!answer) return std::nullopt;
  http::Response response{.status = answer->status, .headers = {}, .body = std::move(answer->body)};
  for (auto& [name, value] : answer->headers) {
    response.headers.push_back({std::move(name), std::move(value)});
  }
  return response;
}

void Core::open() {
  const std::unique_lock lock(life_);
  if (server_) return;
  const auto make = [this](server::Shard& shard) {
    return std::make_unique<ShardApplication>(*this, shard);
  };
  server_ = context_ ? std::make_unique<server::Server>(config(), make, *context_)
                     : std::make_unique<server::Server>(config(), make);
}

std::optional<std::string> Core::listen(uint16_t port, const std::string& host) {
  open();
  const auto bound = server_->listen_tcp(host.empty() ? "0.0.0.0" : host, port);
  if (!bound) {
    return "cannot listen on port " + std::to_string(port) + ": " + bound.error().message;
  }
  // Where there is IPv6, on the same port of it.
  if (host.empty()) (void)server_->listen_tcp("::", server_->listeners().back()->port());
  if (context_) server_->accept();
  return std::nullopt;
}

uint16_t Core::port() const {
  const std::shared_lock lock(life_);
  return server_ ? server_->port() : 0;
}

size_t Core::clients_count() const {
  const std::shared_lock lock(life_);
  size_t count = 0;
  if (!server_) return count;
  for (const auto& shard : server_->shards()) count += shard->session_count();
  return count;
}

void Core::run() {
  refuse_on_context("run()");
  open();
  server_->run();
}

void Core::start() {
  refuse_on_context("start()");
  open();
  if (background_.joinable()) throw std::logic_error("crema: start() was called before");
  background_ = std::thread([this] { server_->run(); });
}

void Core::close() {
  const std::shared_lock lock(life_);
  if (server_) server_->stop();
}

void Core::destroy() {
  close();
  if (background_.joinable()) background_.join();
  std::unique_ptr<server::Server> gone;
  {
    const std::unique_lock lock(life_);
    gone = std::move(server_);
  }
}

bool Core::post(unsigned shard, std::function<void(server::Shard&)> fn,
                const std::function<void(server::Shard&)>& first) {
  const std::shared_lock lock(life_);
  if (!server_) return false;
  server::Shard& there = *server_->shards()[shard];
  if (first) first(there);
  auto run = [this, &there, fn = std::move(fn)] {
    const ShardApplication::Scope scope(*this, there);
    fn(there);
  };
  // Another thread's wishes all go by the first shard, so that they arrive in their order.
  server::Shard& home = server_->home();
  if (ShardApplication::current().core == this || &there == &home) {
    there.loop().post(std::move(run));
  } else {
    home.loop().post(
        [&there, run = std::move(run)]() mutable { there.loop().post(std::move(run)); });
  }
  return true;
}

void Core::check_thread(unsigned shard) const {
  const std::shared_lock lock(life_);
  if (!server_) return;
  const bool is_on_the_sockets_own_thread = !server_->shards()[shard]->loop().is_other_thread();
  CREMA_ASSERT(is_on_the_sockets_own_thread);
}

void Core::while_it_lives(const std::function<void()>& fn) {
  const std::shared_lock lock(life_);
  if (server_) fn();
}

void Core::on_shard(unsigned shard, std::function<void()> fn) {
  const auto& here = ShardApplication::current();
  if (here.core == this && here.shard->index() == shard) return fn();
  post(shard, [fn = std::move(fn)](server::Shard&) { fn(); });
}

void Core::with_shard(std::function<void(server::Shard&)> fn) {
  const auto& here = ShardApplication::current();
  if (here.core == this) return fn(*here.shard);
  post(0, std::move(fn));
}

std::shared_ptr<NamespaceState> Core::add(std::string name,
                                          std::shared_ptr<NamespaceState> parent) {
  auto made = std::make_shared<NamespaceState>(name, weak_from_this());
  if (parent) {
    made->parent = parent;
    made->inherit(*parent);
    parent->add_child(made);
  }
  namespaces_.emplace(std::move(name), made);
  return made;
}

std::shared_ptr<NamespaceState> Core::of(std::string_view name) {
  std::string full(name);
  if (!full.starts_with('/')) full.insert(0, "/");
  std::shared_ptr<NamespaceState> made;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = namespaces_.find(full); found != namespaces_.end()) return found->second;
    const auto parent = std::ranges::find_if(
        parents_, [&](const auto& each) { return each->pattern && each->pattern(full); });
    made = add(full, parent == parents_.end() ? nullptr : *parent);
  }
  if (full != "/") tell_of(made);
  return made;
}

std::shared_ptr<NamespaceState> Core::add_parent(Predicate predicate, Pattern pattern) {
  const std::lock_guard lock(mutex_);
  auto made =
      std::make_shared<NamespaceState>("/_" + std::to_string(parents_.size()), weak_from_this());
  made->predicate = std::move(predicate);
  made->pattern = std::move(pattern);
  parents_.push_back(made);
  return made;
}

void Core::on_new_namespace(std::function<void(Namespace)> fn) {
  const std::lock_guard lock(mutex_);
  new_namespace_.push_back(std::make_shared<const OnNewNamespace>(std::move(fn)));
}

void Core::tell_of(const std::shared_ptr<NamespaceState>& made) {
  std::vector<std::shared_ptr<const OnNewNamespace>> told;
  {
    const std::lock_guard lock(mutex_);
    told = new_namespace_;
  }
  for (const auto& each : told) {
    (void)guarded("on_new_namespace", [&] { (*each)(Namespace(made)); });
  }
}

bool Core::may_have(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  return !parents_.empty() || namespaces_.contains(name);
}

std::shared_ptr<NamespaceState> Core::find(std::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto found = namespaces_.find(name);
  if (found == namespaces_.end()) return nullptr;
  ++found->second->undecided;
  return found->second;
}

std::vector<std::shared_ptr<NamespaceState>> Core::parents() const {
  const std::lock_guard lock(mutex_);
  return parents_;
}

std::shared_ptr<NamespaceState> Core::make_child(const std::string& name,
                                                 const std::shared_ptr<NamespaceState>& parent) {
  std::shared_ptr<NamespaceState> nsp;
  bool is_new = false;
  {
    const std::lock_guard lock(mutex_);
    const auto found = namespaces_.find(name);  // Another shard may have been faster.
    if (found != namespaces_.end()) {
      nsp = found->second;
    } else {
      nsp = add(name, parent);
      nsp->is_dynamic = true;
      is_new = true;
    }
    ++nsp->undecided;
  }
  if (is_new) tell_of(nsp);
  return nsp;
}

void Core::restore(const std::shared_ptr<NamespaceState>& nsp) {
  const std::lock_guard lock(mutex_);
  namespaces_.emplace(nsp->name(), nsp);
}

void Core::clean_up(const std::shared_ptr<NamespaceState>& nsp) {
  if (!options_.cleanup_empty_child_namespaces || !nsp->is_dynamic) return;
  const std::lock_guard lock(mutex_);
  if (nsp->sockets != 0 || nsp->undecided != 0) return;
  const auto found = namespaces_.find(nsp->name());
  if (found != namespaces_.end() && found->second == nsp) namespaces_.erase(found);
}

}  // namespace crema::library
