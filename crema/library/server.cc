#include "crema/library/server.h"

#include "crema/base/log.h"
#include "crema/library/core.h"
#include "crema/library/reserved.h"

#include <regex>
#include <stdexcept>
#include <utility>

namespace crema {

using library::Core;

Server::Server(Options options) : core_(std::make_shared<Core>(std::move(options), nullptr)) {
  core_->of("/");
}
Server::Server(boost::asio::io_context& context, Options options)
    : core_(std::make_shared<Core>(std::move(options), &context)) {
  core_->of("/");
}
Server::~Server() { core_->destroy(); }

Server& Server::threads(unsigned count) {
  core_->set_threads(count);
  return *this;
}

Server& Server::http(std::function<std::optional<HttpResponse>(const HttpRequest&)> fn) {
  core_->set_http(std::move(fn));
  return *this;
}

void Server::log_to(std::function<void(std::string_view)> sink) {
  if (!sink) return log::set_sink(nullptr);
  log::set_sink([sink = std::move(sink)](log::Level, std::string_view line) { sink(line); });
}

std::optional<std::string> Server::listen(uint16_t port, const std::string& host) {
  return core_->listen(port, host);
}
uint16_t Server::port() const { return core_->port(); }
const Options& Server::options() const { return core_->options(); }
size_t Server::clients_count() const { return core_->clients_count(); }

void Server::run() { core_->run(); }

int Server::run(uint16_t port, const std::string& host) {
  if (const auto error = listen(port, host)) {
    log::error(*error);
    return 1;
  }
  log::info("listening", {{"port", this->port()}});
  run();
  return 0;
}

void Server::start() { core_->start(); }
void Server::close() { core_->close(); }

Namespace Server::of(std::string_view name) { return Namespace(core_->of(name)); }

Namespace Server::of(std::function<bool(std::string_view, const Value&)> predicate) {
  return of([predicate = std::move(predicate)](std::string_view name, const Value& auth,
                                               const Next& next) {
    predicate(name, auth) ? next() : next(Error{});
  });
}

Namespace Server::of(std::function<void(std::string_view, const Value&, Next)> predicate) {
  return Namespace(core_->add_parent(std::move(predicate), nullptr));
}

Namespace Server::of_pattern(const std::string& pattern) {
  try {
    auto matches = [regex = std::regex(pattern)](std::string_view name) {
      return std::regex_match(name.begin(), name.end(), regex);
    };
    auto ask = [matches](std::string_view name, const Value&, const Next& next) {
      matches(name) ? next() : next(Error{});
    };
    return Namespace(core_->add_parent(std::move(ask), std::move(matches)));
  } catch (const std::regex_error& error) {
    throw std::logic_error("crema: of_pattern(\"" + pattern + "\"): " + error.what());
  }
}

void Server::on_new_namespace(std::function<void(Namespace)> fn) {
  core_->on_new_namespace(std::move(fn));
}

const std::string& Namespace::name() const { return state_->name(); }
size_t Namespace::size() const { return state_->sockets; }

void Namespace::add(std::string_view name, Handler handler) const {
  const bool is_ours = name == "connect" || name == "disconnect" || name == "disconnecting";
  if (!is_ours) library::refuse_reserved(name);
  state_->add(name, std::move(handler));
}

namespace {

using RoomListener = library::RoomEvents::Listener;

void listen(library::NamespaceState& nsp, library::RoomEvents::Kind kind, RoomListener listener) {
  if (nsp.predicate) {
    throw std::logic_error("crema: rooms are of one namespace each: see on_new_namespace()");
  }
  if (nsp.sockets != 0) {
    throw std::logic_error("crema: listeners of rooms come before the namespace's first socket");
  }
  nsp.room_events.listen(kind, std::move(listener));
}

RoomListener without_id(std::function<void(const std::string&)> fn) {
  return [fn = std::move(fn)](const std::string& room, const std::string&) { fn(room); };
}

}  // namespace

void Namespace::on_create_room(std::function<void(const std::string&)> fn) const {
  listen(*state_, library::RoomEvents::Kind::kCreate, without_id(std::move(fn)));
}
void Namespace::on_join_room(std::function<void(const std::string&, const std::string&)> fn) const {
  listen(*state_, library::RoomEvents::Kind::kJoin, std::move(fn));
}
void Namespace::on_leave_room(
    std::function<void(const std::string&, const std::string&)> fn) const {
  listen(*state_, library::RoomEvents::Kind::kLeave, std::move(fn));
}
void Namespace::on_delete_room(std::function<void(const std::string&)> fn) const {
  listen(*state_, library::RoomEvents::Kind::kDelete, without_id(std::move(fn)));
}

void Namespace::use(std::function<void(Socket, Next)> middleware) const {
  state_->add(library::Middleware(std::move(middleware)));
}

}  // namespace crema
