// A Socket.IO server: listeners, shards and their threads.
#pragma once

#include "crema/net/listener.h"
#include "crema/server/config.h"
#include "crema/server/shard.h"
#include "crema/socketio/application.h"

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace crema::server {

class Server {
 public:
  // Builds what runs on one shard; called on the constructing thread.
  using MakeApplication = std::function<std::unique_ptr<socketio::Application>(Shard&)>;

  Server(Config config, const MakeApplication& make_application);
  // One shard on a context that the caller runs, on one thread. Destroyed on that thread, or when
  // it runs no more. Errors: Config::shards is not 1 is a bug.
  Server(Config config, const MakeApplication& make_application, net::asio::io_context& context);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  // Before `run`. The address that was bound.
  [[nodiscard]] base::Result<std::string, net::ListenError> listen_tcp(const std::string& host,
                                                                       uint16_t port);
  [[nodiscard]] base::Result<std::string, net::ListenError> listen_unix(const std::string& path,
                                                                        unsigned mode);
  // Where it listens, in the order asked for.
  [[nodiscard]] const std::vector<std::unique_ptr<net::Listener>>& listeners() const {
    return listeners_;
  }
  // The port of the first TCP listener; 0 without one.
  [[nodiscard]] uint16_t port() const;

  // The shard on whose thread `run` runs: listeners, and what there is one of, live there.
  [[nodiscard]] Shard& home() noexcept { return *shards_[0]; }
  [[nodiscard]] const std::vector<std::unique_ptr<Shard>>& shards() const { return shards_; }

  // As it is now. Home thread.
  [[nodiscard]] const Config& config() const { return *configs_.back(); }
  // Other bounds and deadlines from now on; in all else `config` is what `config()` is. A session
  // keeps the heartbeat and the sizes that its client was told. Each call costs the memory of a
  // Config for good: sessions refer to theirs. Home thread, or before it runs.
  void set_limits(Config config);

  // Serves until `stop`. The calling thread becomes the home shard's. Not on a caller's context.
  void run();
  // On a caller's context: those listeners accept that do not yet. Home thread, or before it runs.
  void accept();
  // Any thread, and more than once: every client is told at the Engine.IO level only, what is
  // queued is sent if the kernel takes it, then `run` returns; a caller's context has nothing more
  // to do for it.
  void stop();

 private:
  void spread(int descriptor, std::string address);

  // Owned by the home shard's thread; the elements are immutable, and outlive the shards.
  std::vector<std::unique_ptr<const Config>> configs_;

  // Fixed at construction.
  RoomDirectory directory_;
  ConnectionLimits limits_;
  std::vector<std::unique_ptr<Shard>> shards_;

  // Owned by the home shard's thread.
  std::vector<std::unique_ptr<net::Listener>> listeners_;
  std::vector<std::thread> threads_;

  // Shared.
  std::atomic<bool> stopping_ = false;
};

}  // namespace crema::server
