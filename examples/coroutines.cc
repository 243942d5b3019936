// Handlers that wait without a thread of their own: coroutines of Boost.Asio.
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <crema/asio.h>
#include <string>
#include <vector>

namespace asio = boost::asio;
using namespace std::chrono_literals;

int main(int argc, char** argv) {
  crema::Server io;
  io.threads(2);
  io.on("later", [](int milliseconds, std::string text) -> asio::awaitable<std::string> {
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, std::chrono::milliseconds(milliseconds));
    auto waiting = timer.async_wait(asio::use_awaitable);
    co_await std::move(waiting);
    co_return text + ", later";
  });
  io.on("others", [](crema::Socket socket) -> asio::awaitable<size_t> {
    auto fetching = crema::fetch_sockets(socket.broadcast());
    const std::vector<crema::RemoteSocket> found = co_await std::move(fetching);
    co_return found.size();
  });
  // Asks the client that asks, then everybody else.
  io.on("ask me", [](crema::Socket socket) -> asio::awaitable<std::string> {
    auto asking = crema::emit_with_ack(socket.timeout(2s), "your name?");
    const crema::AckResult answer = co_await std::move(asking);
    co_return answer.get<std::string>().value_or(answer.error());
  });
  io.on("ask others", [](crema::Socket socket) -> asio::awaitable<std::vector<std::string>> {
    auto asking = crema::emit_with_ack(socket.broadcast().timeout(2s), "your name?");
    const crema::AckResponses answers = co_await std::move(asking);
    co_return answers.get<std::string>();
  });
  io.on("fail", []() -> asio::awaitable<void> {
    throw std::runtime_error("it cannot");
    co_return;
  });
  io.on("error",
        [](crema::Socket socket, std::string message) { socket.emit("complaint", message); });
  return io.run(argc > 1 ? static_cast<uint16_t>(std::stoi(argv[1])) : 3000);
}
