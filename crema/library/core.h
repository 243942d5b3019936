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
  explicit Core(Options options);
  ~Core();

  [[nodiscard]] const Options& options() const noexcept { return options_; }

  // --- the server's thread of control ---
  void set_threads(unsigned count);
  void set_http(std::function<std::optional<HttpResponse>(const HttpRequest&)> fn);
  [[nodiscard]] std::optional<std::string> listen(uint16_t port, const std::string& host);
  [[nodiscard]] uint16_t port() const;
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
  // Runs with an adapter: now on a shard's thread in a handler, else later on the first shard.
  void with_shard(std::function<void(server::Shard&)> fn);

  std::shared_ptr<NamespaceState> of(std::string_view name);
  // A pattern also takes in namespaces that the program names.
  enum class Rule : uint8_t { kPredicate, kPattern };
  std::shared_ptr<NamespaceState> add_parent(Predicate predicate, Rule rule);
  void on_new_namespace(std::function<void(Namespace)> fn);
  // The namespace, made by a parent that allows it if need be; null: there is none.
  [[nodiscard]] std::shared_ptr<NamespaceState> resolve(std::string_view name, const Value& auth);
  // Whether `resolve` could find one.
  [[nodiscard]] bool may_have(std::string_view name) const;
  // It came back with a socket.
  void restore(const std::shared_ptr<NamespaceState>& nsp);
  // Its last socket has left, or was refused.
  void clean_up(const std::shared_ptr<NamespaceState>& nsp);

 private:
  void open();  // Makes the server, once.
  [[nodiscard]] server::Config config();
  [[nodiscard]] std::optional<http::Response> answer_http(const http::Request& request) const;
  std::shared_ptr<NamespaceState> add(std::string name, std::shared_ptr<NamespaceState> parent);

  Options options_;
  http::Cors cors_;  // Fixed once it listens.
  std::function<std::optional<HttpResponse>(const HttpRequest&)> http_;

  mutable std::shared_mutex life_;
  std::unique_ptr<server::Server> server_;  // Guarded: null before `open` and after `destroy`.
  std::thread background_;

  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<NamespaceState>, std::less<>> namespaces_;  // Guarded.
  std::vector<std::shared_ptr<NamespaceState>> parents_;                            // Guarded.
  std::function<void(Namespace)> new_namespace_;                                    // Guarded.
};

}  // namespace crema::library
