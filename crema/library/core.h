// What one Server object is, behind its handles: the running server and the names of namespaces.
#pragma once

#include "crema/library/namespace_state.h"
#include "crema/library/options.h"
#include "crema/library/server.h"
#include "crema/server/server.h"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace crema::library {

class Core : public std::enable_shared_from_this<Core> {
 public:
  // `context`: the caller's, or null for threads of its own.
  Core(Options options, boost::asio::io_context* context);
  ~Core();

  [[nodiscard]] const Options& options() const noexcept { return options_; }

  // --- the server's thread of control ---
  void set_threads(unsigned count);
  void set_http(std::function<std::optional<HttpResponse>(const HttpRequest&)> fn);
  [[nodiscard]] std::optional<std::string> listen(uint16_t port, const std::string& host);
  [[nodiscard]] uint16_t port() const;
  [[nodiscard]] size_t clients_count() const;
  void run();
  void start();
  void close();
  // Nothing reaches its shards any more; their threads have ended.
  void destroy();

  // --- any thread ---
  // Runs on that shard, later. False when there is no server.
  // `first` is called at once, on this thread.
  bool post(unsigned shard, std::function<void(server::Shard&)> fn,
            const std::function<void(server::Shard&)>& first = {});
  // Runs on that shard: now when this is its thread in a handler, else later.
  void on_shard(unsigned shard, std::function<void()> fn);
  // What belongs to that shard's thread is touched on it, or nothing runs; see net::Loop.
  void check_thread(unsigned shard) const;
  // Runs now, and the server stays meanwhile; not when it is gone.
  void while_it_lives(const std::function<void()>& fn);
  // Runs with an adapter: now on a shard's thread in a handler, else later on the first shard.
  void with_shard(std::function<void(server::Shard&)> fn);

  std::shared_ptr<NamespaceState> of(std::string_view name);
  // `pattern`: also takes in namespaces that the program names; or empty.
  std::shared_ptr<NamespaceState> add_parent(Predicate predicate, Pattern pattern);
  void on_new_namespace(std::function<void(Namespace)> fn);
  // The namespace; null: no program or client has made it. This and `make_child` count the socket
  // that asks as undecided, so that nobody cleans up what it is about to use.
  [[nodiscard]] std::shared_ptr<NamespaceState> find(std::string_view name);
  // Who may make it, in the order to be asked.
  [[nodiscard]] std::vector<std::shared_ptr<NamespaceState>> parents() const;
  // The namespace that the parent allows, or what has that name by now.
  [[nodiscard]] std::shared_ptr<NamespaceState> make_child(
      const std::string& name, const std::shared_ptr<NamespaceState>& parent);
  // Whether there is one, or a parent that could make it.
  [[nodiscard]] bool may_have(std::string_view name) const;
  // It came back with a socket.
  void restore(const std::shared_ptr<NamespaceState>& nsp);
  // Its last socket has left, or was refused.
  void clean_up(const std::shared_ptr<NamespaceState>& nsp);

 private:
  void open();  // Makes the server, once.
  void refuse_on_context(const char* what) const;
  [[nodiscard]] server::Config config();
  [[nodiscard]] std::optional<http::Response> answer_http(const http::Request& request) const;
  std::shared_ptr<NamespaceState> add(std::string name, std::shared_ptr<NamespaceState> parent);
  void tell_of(const std::shared_ptr<NamespaceState>& made);

  using OnNewNamespace = std::function<void(Namespace)>;

  Options options_;
  boost::asio::io_context* const context_;
  http::Cors cors_;  // Fixed once it listens.
  std::function<std::optional<HttpResponse>(const HttpRequest&)> http_;

  mutable std::shared_mutex life_;
  std::unique_ptr<server::Server> server_;  // Guarded: null before `open` and after `destroy`.
  std::thread background_;

  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<NamespaceState>, std::less<>> namespaces_;  // Guarded.
  std::vector<std::shared_ptr<NamespaceState>> parents_;                            // Guarded.
  std::vector<std::shared_ptr<const OnNewNamespace>> new_namespace_;                // Guarded.
};

}  // namespace crema::library
