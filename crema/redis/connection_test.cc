#include "crema/redis/connection.h"

#include "crema/net/loop_for_test.h"
#include "crema/net/peer_for_test.h"
#include "crema/redis/server_for_test.h"

#include <gtest/gtest.h>

namespace crema::redis {
namespace {

using net::LoopForTest;
using net::PeerConnection;
using net::PeerForTest;
using namespace std::chrono_literals;

// Opens, asks, and gives the reply's text (or its number, or its kind) or the error.
net::Task<base::Result<std::string, Errc>> ask(net::Loop& loop, Address address,
                                               std::vector<std::string> arguments,
                                               base::Duration timeout) {
  const auto deadline = base::steady_now() + timeout;
  auto opening = Connection::open(loop, address, deadline);
  auto connection = co_await std::move(opening);
  if (!connection) co_return base::fail(connection.error());
  auto asking = (*connection)->command(arguments, deadline);
  const auto answer = co_await std::move(asking);
  if (!answer) co_return base::fail(answer.error());
  if (answer->kind() == resp::Kind::kInteger) co_return std::to_string(answer->integer());
  co_return std::string(answer->text());
}

base::Result<std::string, Errc> ask(Address address, std::vector<std::string> arguments,
                                    base::Duration timeout = 5s) {
  LoopForTest test;
  return test.await(ask(test.loop(), std::move(address), std::move(arguments), timeout));
}

base::Result<std::string, Errc> ask(PeerForTest::Script script, base::Duration timeout = 5s) {
  PeerForTest peer({std::move(script)});
  Address address;
  address.endpoint = {.host = "127.0.0.1", .port = peer.port(), .unix_path = ""};
  return ask(address, {"PING"}, timeout);
}

TEST(Connection, AsksARealServer) {
  const ServerForTest server;
  EXPECT_EQ(ask(server.address(), {"PING"}), "PONG");
  EXPECT_EQ(ask(server.address(), {"INCRBY", "n", "7"}), "7");
  EXPECT_EQ(ask(server.address(), {"SET", "binary", std::string("\0\r\n", 3)}), "OK");
  EXPECT_EQ(ask(server.address(), {"GET", "binary"}), std::string("\0\r\n", 3));
}

TEST(Connection, GivesErrorRepliesAsValues) {
  const ServerForTest server;
  const auto text = ask(server.address(), {"NOSUCH"});
  ASSERT_TRUE(text);
  EXPECT_TRUE(text->starts_with("ERR unknown command")) << *text;
}

TEST(Connection, SelectsItsDatabase) {
  const ServerForTest server;
  Address second = server.address();
  second.db = 2;
  EXPECT_EQ(ask(second, {"SET", "k", "two"}), "OK");
  EXPECT_EQ(ask(server.address(), {"GET", "k"}), "");
  EXPECT_EQ(ask(second, {"GET", "k"}), "two");
  Address none = server.address();
  none.db = 99;
  EXPECT_EQ(ask(none, {"PING"}).error(), Errc::kErrorReply);
}

TEST(Connection, AuthenticatesWithAPassword) {
  const ServerForTest server({"--requirepass", "hunter2"});
  Address address = server.address();
  EXPECT_TRUE(ask(address, {"GET", "k"})->starts_with("NOAUTH"));
  address.password = "wrong";
  EXPECT_EQ(ask(address, {"PING"}).error(), Errc::kAuthRefused);
  address.password = "hunter2";
  EXPECT_EQ(ask(address, {"PING"}), "PONG");
}

TEST(Connection, AuthenticatesAsAUser) {
  const ServerForTest server({"--user", "crema", "on", ">pass", "~*", "&*", "+@all"});
  Address address = server.address();
  address.username = "crema";
  address.password = "pass";
  EXPECT_EQ(ask(address, {"ACL", "WHOAMI"}), "crema");
}

TEST(Connection, TellsThatNobodyListens) {
  Address address;
  address.endpoint.unix_path = "/nonexistent/redis.sock";
  EXPECT_EQ(ask(address, {"PING"}).error(), Errc::kRefused);
}

TEST(Connection, TimesOutOnSilence) {
  EXPECT_EQ(ask([](PeerConnection& c) { c.receive_all(); }, 100ms).error(), Errc::kTimeout);
}

TEST(Connection, TimesOutOnAServerThatIsFrozen) {
  ServerForTest server;
  server.freeze();
  EXPECT_EQ(ask(server.address(), {"PING"}, 100ms).error(), Errc::kTimeout);
}

TEST(Connection, TellsOfAResetInTheMiddleOfAReply) {
  EXPECT_EQ(ask([](PeerConnection& c) {
              c.receive_until("PING\r\n");
              c.send("$10\r\nhalf");
              c.reset();
            }).error(),
            Errc::kReset);
}

TEST(Connection, TellsGarbage) {
  EXPECT_EQ(ask([](PeerConnection& c) {
              c.receive_until("PING\r\n");
              c.send("HTTP/1.1 400 Bad Request\r\n\r\n");
              c.receive_all();
            }).error(),
            Errc::kGarbage);
}

net::Task<base::Result<std::string, Errc>> staleness(net::Loop& loop, Address address,
                                                     std::function<void()> kill) {
  const auto deadline = base::steady_now() + 5s;
  auto opening = Connection::open(loop, address, deadline);
  auto connection = co_await std::move(opening);
  if (!connection) co_return base::fail(connection.error());
  std::string seen = (*connection)->is_stale() ? "stale" : "fresh";
  kill();
  co_return seen + ((*connection)->is_stale() ? " stale" : " fresh");
}

TEST(Connection, KnowsThatTheServerIsGone) {
  ServerForTest server;
  LoopForTest test;
  const std::function<void()> kill = [&] { server.kill(); };
  EXPECT_EQ(test.await(staleness(test.loop(), server.address(), kill)), "fresh stale");
}

TEST(ErrorReply, IsAuthWhenItSaysSo) {
  EXPECT_EQ(classify_error_reply("NOAUTH Authentication required."), Errc::kAuthRefused);
  EXPECT_EQ(classify_error_reply("WRONGPASS invalid"), Errc::kAuthRefused);
  EXPECT_EQ(classify_error_reply("NOPERM this user"), Errc::kAuthRefused);
  EXPECT_EQ(classify_error_reply("ERR invalid password"), Errc::kAuthRefused);
  EXPECT_EQ(classify_error_reply("ERR unknown command"), Errc::kErrorReply);
}

}  // namespace
}  // namespace crema::redis
