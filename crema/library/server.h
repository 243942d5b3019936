// A Socket.IO server. Source: spec/socketio.md 3.2.
#pragma once

#include "crema/library/http.h"
#include "crema/library/namespace.h"
#include "crema/library/options.h"

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

// Declared, not included: only who has an io_context pays for Asio.
namespace boost::asio {
class io_context;
}

namespace crema {

namespace library {
class Core;
}

//   crema::Server io;
//   io.on("connection", [](crema::Socket socket) { … });
//   return io.run(3000);
//
// One object, not copied. Functions may be called from any thread but where they say otherwise.
class Server {
 public:
  explicit Server(Options options = {});
  // One shard on an io_context of the program's (of the Boost that this library was built with):
  // `listen` accepts as soon as the context runs, which is on one thread at a time; handlers run
  // there. `close` leaves the context nothing to do for it. Throws std::logic_error for
  // Options::threads other than 1, as threads(), run() and start() do.
  explicit Server(boost::asio::io_context& context, Options options = {});
  // Closes first, and waits for its threads; on a context of yours, from its thread or when it
  // does not run.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // --- before it runs ---
  // How many shards, each on a thread of its own; see Options::threads.
  Server& threads(unsigned count);
  // Answers paths outside Socket.IO; nothing: 404. Runs on any shard's thread.
  Server& http(std::function<std::optional<HttpResponse>(const HttpRequest&)> fn);
  // Where log lines go, in place of stderr; an empty one: there again. For the whole process.
  static void log_to(std::function<void(std::string_view line)> sink);

  // Binds. Port 0: any that is free. Empty `host`: every address.
  // An error in words, or nothing. Called more than once it listens on all of them.
  [[nodiscard]] std::optional<std::string> listen(uint16_t port, const std::string& host = "");
  // Of the first listener.
  [[nodiscard]] uint16_t port() const;
  // What it was made with.
  [[nodiscard]] const Options& options() const;

  // --- running ---
  // Serves on the calling thread, and its others, until `close`. Once.
  void run();
  // The same with `listen`; an error is logged. 0 after `close`, 1 when it could not listen.
  int run(uint16_t port, const std::string& host = "");
  // Serves in the background.
  void start();
  // Ends every connection with "server shutting down"; `run` returns. Clients come back by
  // themselves when there is a server again.
  void close();

  // Clients connected to Engine.IO, whatever namespaces they are in. Any thread; of the moment.
  [[nodiscard]] size_t clients_count() const;

  // --- namespaces ---
  // A leading "/" may be left out.
  Namespace of(std::string_view name);
  // A namespace for each name that the predicate allows. `auth` is the client's. On any shard; the
  // arguments are borrowed for the call. Parents are asked in the order they were made.
  Namespace of(std::function<bool(std::string_view name, const Value& auth)> predicate);
  // The same, decided later: the client waits until `next` is called, at most
  // Options::connect_timeout.
  Namespace of(std::function<void(std::string_view name, const Value& auth, Next next)> predicate);
  // A namespace for each name that matches, whole, the ECMAScript pattern. Throws std::logic_error
  // for one that is no pattern.
  Namespace of_pattern(const std::string& pattern);
  // Called for every namespace but "/" that is made: by `of`, at once, or for a client whose name a
  // predicate or a pattern allows, on its shard. More than one function may be added.
  void on_new_namespace(std::function<void(Namespace)> fn);
  [[nodiscard]] Namespace sockets() { return of("/"); }

  // --- the namespace "/" ---
  template <class F>
  void on(std::string_view name, F handler) {
    sockets().on(name, std::move(handler));
  }
  template <class F>
  void on_connection(F handler) {
    sockets().on_connection(std::move(handler));
  }
  void use(std::function<void(Socket, Next)> middleware) { sockets().use(std::move(middleware)); }
  [[nodiscard]] Target to(const Rooms& rooms) { return sockets().to(rooms); }
  [[nodiscard]] Target in(const Rooms& rooms) { return sockets().to(rooms); }
  [[nodiscard]] Target except(const Rooms& rooms) { return sockets().except(rooms); }
  [[nodiscard]] Target volatile_() { return sockets().volatile_(); }
  [[nodiscard]] Target local() { return sockets().local(); }
  [[nodiscard]] Target timeout(std::chrono::milliseconds time) { return sockets().timeout(time); }
  template <std::same_as<bool> Bool>
  [[nodiscard]] Target compress(Bool compress) {
    return sockets().compress(compress);
  }
  template <class... Args>
  void emit(std::string_view event, const Args&... args) {
    sockets().emit(event, args...);
  }
  template <class... Args>
  void send(const Args&... args) {
    sockets().send(args...);
  }
  template <class... Args>
  void write(const Args&... args) {
    sockets().send(args...);
  }
  void fetch_sockets(FetchCallback callback) { sockets().fetch_sockets(std::move(callback)); }
  void sockets_join(const Rooms& rooms) { sockets().sockets_join(rooms); }
  void sockets_leave(const Rooms& rooms) { sockets().sockets_leave(rooms); }
  void disconnect_sockets() { sockets().disconnect_sockets(); }
  void close_sockets() { sockets().close_sockets(); }

 private:
  std::shared_ptr<library::Core> core_;
};

}  // namespace crema
