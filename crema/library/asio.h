// Coroutines as handlers: `boost::asio::awaitable<T>`, of Boost.Asio, which the library runs on.
// Including this includes Asio.
#pragma once

#include "crema/library/server.h"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crema {

namespace library {
// Where the socket's coroutines run: its shard. Only while the server lives.
[[nodiscard]] boost::asio::any_io_executor executor_of(const Socket& socket);
// What escaped a handler: counted, logged and the socket's `error`.
void report(const Socket& socket, std::exception_ptr error);
}  // namespace library

// The coroutine runs on its socket's shard; what it returns answers the acknowledgement.
template <class T, class E>
struct RunCoroutine<boost::asio::awaitable<T, E>> {
  static void run(Invocation& call, boost::asio::awaitable<T, E> task, std::shared_ptr<void> keep) {
    const Socket socket = call.socket();
    const Ack ack = call.ack();
    auto ended = [socket, ack, keep](std::exception_ptr error, T result) {
      if (error) return library::report(socket, error);
      ack(result);
    };
    boost::asio::co_spawn(library::executor_of(socket), std::move(task), std::move(ended));
  }
};
template <class E>
struct RunCoroutine<boost::asio::awaitable<void, E>> {
  static void run(Invocation& call, boost::asio::awaitable<void, E> task,
                  std::shared_ptr<void> keep) {
    const Socket socket = call.socket();
    auto ended = [socket, keep](std::exception_ptr error) {
      if (error) library::report(socket, error);
    };
    boost::asio::co_spawn(library::executor_of(socket), std::move(task), std::move(ended));
  }
};

// `auto sockets = co_await crema::fetch_sockets(io.in("room"));`
template <class Token = boost::asio::use_awaitable_t<>>
auto fetch_sockets(Target target, Token token = {}) {
  auto start = [](auto handler, Target from) {
    using HandlerType = decltype(handler);
    const auto shared = std::make_shared<HandlerType>(std::move(handler));
    from.fetch_sockets(
        [shared](std::vector<RemoteSocket> found) { std::move (*shared)(std::move(found)); });
  };
  return boost::asio::async_initiate<Token, void(std::vector<RemoteSocket>)>(start, token,
                                                                             std::move(target));
}

namespace library {
// Starts asking; `done` is called once, on any shard, and not before.
void ask(const Socket& whom, std::string_view event, Encoder args, AckCallback done);
void ask(const RemoteSocket& whom, std::string_view event, Encoder args, AckCallback done);
void ask(const Target& whom, std::string_view event, Encoder args, BroadcastCallback done);

// Goes on where the coroutine ran, whatever shard the answer comes to.
template <class Result, class Whom>
auto awaited(Whom whom, std::string event, Encoder args) {
  auto start = [](auto handler, Whom asked, std::string name, Encoder encoded) {
    const auto executor = boost::asio::get_associated_executor(handler);
    const auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    ask(asked, name, std::move(encoded), [shared, executor](const Result& result) {
      auto resume = [shared, result]() mutable { std::move (*shared)(std::move(result)); };
      boost::asio::dispatch(executor, std::move(resume));
    });
  };
  boost::asio::use_awaitable_t<> token;
  return boost::asio::async_initiate<boost::asio::use_awaitable_t<>, void(Result)>(
      start, token, std::move(whom), std::move(event), std::move(args));
}
}  // namespace library

// The event, and what the client answered: as `emit` with a callback.
//   auto asking = crema::emit_with_ack(socket.timeout(2s), "your name?");
//   const crema::AckResult answer = co_await std::move(asking);
// Throws std::logic_error for a reserved name.
template <class... Args>
auto emit_with_ack(const Socket& socket, std::string_view event, const Args&... args) {
  return library::awaited<AckResult>(socket, std::string(event), encode_all(args...));
}
template <class... Args>
auto emit_with_ack(const RemoteSocket& socket, std::string_view event, const Args&... args) {
  return library::awaited<AckResult>(socket, std::string(event), encode_all(args...));
}
// What all of them answered.
template <class... Args>
auto emit_with_ack(const Target& target, std::string_view event, const Args&... args) {
  return library::awaited<AckResponses>(target, std::string(event), encode_all(args...));
}

}  // namespace crema
