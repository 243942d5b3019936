#include "crema/net/dial.h"

#include "crema/net/loop_for_test.h"
#include "crema/net/peer_for_test.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <sys/un.h>
#include <unistd.h>

namespace crema::net {
namespace {

using namespace std::chrono_literals;

// Whether the dial gave a socket that carries bytes, or why not.
Task<base::Result<bool, Errc>> dial_and_greet(Loop& loop, Endpoint endpoint,
                                              base::Duration timeout) {
  const auto deadline = base::steady_now() + timeout;
  auto dialing = dial(loop, endpoint, deadline);
  auto socket = co_await std::move(dialing);
  if (!socket) co_return base::fail(socket.error());
  const std::string hello = "hello\n";
  auto writing = asio::async_write(*socket, asio::buffer(hello), kAsTuple);
  const auto [error, size] = co_await std::move(writing);
  co_return !error;
}

// Binds a port and does not listen: connecting to it is refused for as long as this lives.
class ClosedPort {
 public:
  ClosedPort() { socket_.bind({asio::ip::address_v4::loopback(), 0}); }
  [[nodiscard]] uint16_t port() const { return socket_.local_endpoint().port(); }

 private:
  asio::io_context context_;
  asio::ip::tcp::socket socket_{context_, asio::ip::tcp::v4()};
};

TEST(Dial, ReachesAnAddressAsText) {
  std::promise<std::string> heard;
  auto greeting = heard.get_future();
  PeerForTest peer({[&](PeerConnection& c) { heard.set_value(c.receive_until("\n")); }});
  LoopForTest test;
  const Endpoint endpoint{.host = "127.0.0.1", .port = peer.port(), .unix_path = ""};
  EXPECT_TRUE(test.await(dial_and_greet(test.loop(), endpoint, 5s)).value_or(false));
  EXPECT_EQ(LoopForTest::get(std::move(greeting)), "hello\n");
}

TEST(Dial, TriesBothFamiliesOfLocalhost) {
  asio::io_context context;
  asio::ip::tcp::acceptor v6(context);
  ErrorCode error;
  v6.open(asio::ip::tcp::v6(), error);
  v6.bind({asio::ip::address_v6::loopback(), 0}, error);
  if (error) GTEST_SKIP() << "this machine has no IPv6 loopback: " << error.message();
  v6.listen();
  LoopForTest test;
  const Endpoint endpoint{.host = "localhost", .port = v6.local_endpoint().port(), .unix_path = ""};
  EXPECT_TRUE(test.await(dial_and_greet(test.loop(), endpoint, 5s)).value_or(false));
}

TEST(Dial, ReachesAUnixSocket) {
  char folder[] = "/tmp/crema_dial_XXXXXX";
  ASSERT_NE(::mkdtemp(folder), nullptr);
  const std::string path = std::string(folder) + "/s";
  asio::io_context context;
  asio::local::stream_protocol::acceptor acceptor(context, path);
  LoopForTest test;
  const Endpoint endpoint{.host = "", .port = 0, .unix_path = path};
  EXPECT_TRUE(test.await(dial_and_greet(test.loop(), endpoint, 5s)).value_or(false));
  std::filesystem::remove_all(folder);
}

TEST(Dial, TellsThatNobodyListens) {
  const ClosedPort closed;
  LoopForTest test;
  const Endpoint tcp{.host = "localhost", .port = closed.port(), .unix_path = ""};
  EXPECT_EQ(test.await(dial_and_greet(test.loop(), tcp, 5s)).error(), Errc::kRefused);
  const Endpoint unix_socket{.host = "", .port = 0, .unix_path = "/nonexistent/socket"};
  EXPECT_EQ(test.await(dial_and_greet(test.loop(), unix_socket, 5s)).error(), Errc::kRefused);
}

TEST(Dial, TellsThatANameIsUnknown) {
  LoopForTest test;
  const Endpoint endpoint{.host = "no such host.invalid", .port = 1, .unix_path = ""};
  EXPECT_EQ(test.await(dial_and_greet(test.loop(), endpoint, 5s)).error(), Errc::kResolve);
}

TEST(Dial, RefusesAUnixPathThatIsTooLong) {
  LoopForTest test;
  const Endpoint endpoint{.host = "", .port = 0, .unix_path = "/" + std::string(107, 'x')};
  EXPECT_EQ(test.await(dial_and_greet(test.loop(), endpoint, 5s)).error(), Errc::kBadCall);
}

TEST(Dial, GivesUpAtItsDeadline) {
  // With a full backlog the kernel drops what asks for a connection: nobody answers.
  asio::io_context context;
  asio::ip::tcp::acceptor full(context, asio::ip::tcp::v4());
  full.bind({asio::ip::address_v4::loopback(), 0});
  ASSERT_EQ(::listen(full.native_handle(), 0), 0);
  const Endpoint endpoint{
      .host = "127.0.0.1", .port = full.local_endpoint().port(), .unix_path = ""};
  LoopForTest test;
  std::vector<StreamSocket> kept;
  base::Result<bool, Errc> last = true;
  for (int i = 0; i < 8 && last; ++i) {
    auto dialing = [](Loop& loop, Endpoint to,
                      std::vector<StreamSocket>& sockets) -> Task<base::Result<bool, Errc>> {
      const auto deadline = base::steady_now() + 100ms;
      auto connecting = dial(loop, to, deadline);
      auto socket = co_await std::move(connecting);
      if (!socket) co_return base::fail(socket.error());
      sockets.push_back(std::move(*socket));
      co_return true;
    };
    last = test.await(dialing(test.loop(), endpoint, kept));
  }
  ASSERT_FALSE(last);
  EXPECT_EQ(last.error(), Errc::kTimeout);
  test.stop();
  kept.clear();
}

TEST(Endpoint, IsWrittenForLogs) {
  EXPECT_EQ((Endpoint{.host = "h", .port = 80, .unix_path = ""}).to_string(), "h:80");
  EXPECT_EQ((Endpoint{.host = "::1", .port = 80, .unix_path = ""}).to_string(), "[::1]:80");
  EXPECT_EQ((Endpoint{.host = "", .port = 0, .unix_path = "/run/x"}).to_string(), "unix:/run/x");
}

}  // namespace
}  // namespace crema::net
