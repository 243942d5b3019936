#include "crema/server/server.h"

#include "crema/base/check.h"
#include "crema/engineio/session_id.h"

#include <algorithm>
#include <chrono>

namespace crema::server {
namespace {

// Microseconds, so that no process reaches the numbers of the next one.
Config with_first_offset(Config config) {
  if (!config.socketio.recovery) return config;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  config.socketio.recovery->first_offset =
      static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(now).count());
  return config;
}

}  // namespace

Server::Server(Config config, const MakeApplication& make_application)
    : directory_(config.shards), limits_(config.connections) {
  CREMA_ASSERT(config.shards >= 1 && config.shards <= engineio::kShardsMax);
  const unsigned shards = config.shards;
  configs_.push_back(std::make_unique<const Config>(with_first_offset(std::move(config))));
  for (unsigned i = 0; i < shards; ++i) {
    shards_.push_back(std::make_unique<Shard>(i, *configs_[0], directory_, limits_, shards_));
  }
  for (const auto& shard : shards_) shard->set_application(make_application(*shard));
}

Server::Server(Config config, const MakeApplication& make_application,
               net::asio::io_context& context)
    : directory_(1), limits_(config.connections) {
  CREMA_ASSERT(config.shards == 1);
  configs_.push_back(std::make_unique<const Config>(std::move(config)));
  shards_.push_back(std::make_unique<Shard>(context, *configs_[0], directory_, limits_, shards_));
  home().set_application(make_application(home()));
}

// All shards are shut down before the first is destroyed: what a handler broadcasts because its
// socket is gone may name any of them.
Server::~Server() {
  listeners_.clear();
  for (const auto& shard : shards_) shard->shut_down();
}

base::Result<std::string, net::ListenError> Server::listen_tcp(const std::string& host,
                                                               uint16_t port) {
  auto listener = net::Listener::tcp(home().loop(), host, port);
  if (!listener) return base::fail(listener.error());
  listeners_.push_back(std::move(*listener));
  return listeners_.back()->address();
}

base::Result<std::string, net::ListenError> Server::listen_unix(const std::string& path,
                                                                unsigned mode) {
  auto listener = net::Listener::unix_socket(home().loop(), path, mode);
  if (!listener) return base::fail(listener.error());
  listeners_.push_back(std::move(*listener));
  return listeners_.back()->address();
}

uint16_t Server::port() const {
  const auto found = std::ranges::find_if(listeners_, [](const auto& l) { return l->port() != 0; });
  return found == listeners_.end() ? 0 : (*found)->port();
}

void Server::set_limits(Config config) {
  limits_.set_bounds(config.connections);
  configs_.push_back(std::make_unique<const Config>(std::move(config)));
  const Config& latest = *configs_.back();
  for (const auto& shard : shards_) {
    shard->loop().post([&shard = *shard, &latest] { shard.set_limits(latest); });
  }
}

// To the shard that holds the fewest; the home shard, which has other work too, last of equals.
void Server::spread(int descriptor, std::string address) {
  const bool is_counted = limits_.counts_addresses();
  const auto verdict = limits_.admit(address, home().loop().now());
  if (verdict == ConnectionLimits::Verdict::kDrop) return net::close_descriptor(descriptor);
  const Admission admission =
      verdict == ConnectionLimits::Verdict::kServe ? Admission::kServed : Admission::kRefused;
  const auto least = std::ranges::min_element(shards_.rbegin(), shards_.rend(), {},
                                              [](const auto& shard) { return shard->load(); });
  (*least)->adopt(descriptor, {std::move(address), admission, is_counted});
}

void Server::accept() {
  for (const auto& listener : listeners_) {
    if (listener->started()) continue;
    listener->start(
        [this](int descriptor, std::string peer) { spread(descriptor, std::move(peer)); });
  }
}

void Server::run() {
  accept();
  for (size_t i = 1; i < shards_.size(); ++i) {
    threads_.emplace_back([this, i] { shards_[i]->loop().run(); });
  }
  home().loop().run();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Server::stop() {
  if (stopping_.exchange(true)) return;
  home().loop().post([this] {
    for (const auto& listener : listeners_) listener->close();
  });
  for (const auto& shard : shards_) {
    shard->loop().post([&shard = *shard] {
      shard.shut_down();
      shard.loop().stop();
    });
  }
}

}  // namespace crema::server
