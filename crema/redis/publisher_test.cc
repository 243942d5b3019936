#include "crema/redis/publisher.h"

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

Address address_of(const PeerForTest& peer) {
  Address address;
  address.endpoint = {.host = "127.0.0.1", .port = peer.port(), .unix_path = ""};
  return address;
}

net::Task<base::Result<int64_t, Errc>> set(net::Loop& loop, Address address, std::string key,
                                           std::string value) {
  const auto deadline = base::steady_now() + 5s;
  auto opening = Connection::open(loop, address, deadline);
  auto connection = co_await std::move(opening);
  if (!connection) co_return base::fail(connection.error());
  std::vector<std::string> arguments{"SET", key, value};
  auto asking = (*connection)->command(arguments, deadline);
  const auto answer = co_await std::move(asking);
  if (!answer) co_return base::fail(answer.error());
  co_return 1;
}

TEST(Publisher, PublishesAndTellsHowManyGotIt) {
  const ServerForTest server;
  LoopForTest test;
  Publisher publisher(test.loop(), server.address());
  EXPECT_EQ(test.await(publisher.publish("events", "{}")), 0);
  test.stop();
}

TEST(Publisher, GetsAStringOrNothing) {
  const ServerForTest server;
  LoopForTest test;
  Publisher publisher(test.loop(), server.address());
  ASSERT_TRUE(test.await(set(test.loop(), server.address(), "socketio_auth_secret", "s3")));
  const auto secret = test.await(publisher.get("socketio_auth_secret"));
  ASSERT_TRUE(secret);
  EXPECT_EQ(*secret, "s3");
  const auto none = test.await(publisher.get("missing"));
  ASSERT_TRUE(none);
  EXPECT_EQ(*none, std::nullopt);
  test.stop();
}

TEST(Publisher, ComesBackWhenTheServerDoes) {
  ServerForTest server;
  LoopForTest test;
  Publisher publisher(test.loop(), server.address());
  EXPECT_TRUE(test.await(publisher.publish("events", "1")));
  server.kill();
  EXPECT_EQ(test.await(publisher.publish("events", "2")).error(), Errc::kRefused);
  server.start();
  EXPECT_TRUE(test.await(publisher.publish("events", "3")));
  test.stop();
}

// Starts `n` commands at once; `done` gets their results in the order in which they end.
void get_many(LoopForTest& test, Publisher& publisher, int n,
              std::function<void(int, base::Result<std::optional<std::string>, Errc>)> done) {
  test.on_loop([&test, &publisher, n, done] {
    for (int i = 0; i < n; ++i) {
      auto task = [](Publisher& p, int number, auto tell) -> net::Task<void> {
        auto getting = p.get("key" + std::to_string(number));
        auto result = co_await std::move(getting);
        tell(number, std::move(result));
      };
      test.loop().spawn("get", task(publisher, i, done));
    }
  });
}

TEST(Publisher, AnswersConcurrentCallersEachWithItsOwn) {
  PeerForTest peer({[](PeerConnection& c) {
    for (int i = 0; i < 50; ++i) {
      const std::string command = c.receive_until("\r\nkey" + std::to_string(i) + "\r\n");
      c.send("$2\r\n" + std::to_string(10 + i) + "\r\n");
    }
  }});
  LoopForTest test;
  Publisher publisher(test.loop(), address_of(peer));
  std::vector<std::pair<int, std::string>> answers;
  std::promise<void> all;
  auto finished = all.get_future();
  get_many(test, publisher, 50, [&](int number, auto result) {
    answers.emplace_back(number, result && *result ? **result : "error");
    if (answers.size() == 50) all.set_value();
  });
  LoopForTest::get(std::move(finished));
  test.stop();
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(answers[i], std::pair(i, std::to_string(10 + i)));
  }
}

TEST(Publisher, GivesUpOnASilentServerForAllWhoWait) {
  PeerForTest peer({[](PeerConnection& c) { c.receive_all(); }});
  LoopForTest test;
  Timing timing;
  timing.command = 100ms;
  Publisher publisher(test.loop(), address_of(peer), timing);
  int timeouts = 0, ended = 0;
  std::promise<void> all;
  auto finished = all.get_future();
  get_many(test, publisher, 3, [&](int, auto result) {
    timeouts += !result && result.error() == Errc::kTimeout ? 1 : 0;
    if (++ended == 3) all.set_value();
  });
  LoopForTest::get(std::move(finished));
  test.stop();
  EXPECT_EQ(timeouts, 3);
}

TEST(Publisher, BoundsItsQueue) {
  PeerForTest peer({[](PeerConnection& c) { c.receive_all(); }});
  LoopForTest test;
  Timing timing;
  timing.command = 200ms;
  Publisher publisher(test.loop(), address_of(peer), timing);
  const int n = static_cast<int>(kQueuedCommandsMax) + 2;  // One is served, one is too many.
  int overloaded = 0, ended = 0;
  std::promise<void> all;
  auto finished = all.get_future();
  get_many(test, publisher, n, [&](int, auto result) {
    overloaded += !result && result.error() == Errc::kOverloaded ? 1 : 0;
    if (++ended == n) all.set_value();
  });
  LoopForTest::get(std::move(finished));
  test.stop();
  EXPECT_EQ(overloaded, 1);
}

TEST(Publisher, UsesAFreshConnectionAfterATimeout) {
  PeerForTest peer({[](PeerConnection& c) { c.receive_all(); },
                    [](PeerConnection& c) {
                      c.receive_until("second\r\n");
                      c.send(":4\r\n");
                      c.receive_all();
                    }});
  LoopForTest test;
  Timing timing;
  timing.command = 100ms;
  Publisher publisher(test.loop(), address_of(peer), timing);
  EXPECT_EQ(test.await(publisher.publish("c", "first")).error(), Errc::kTimeout);
  EXPECT_EQ(test.await(publisher.publish("c", "second")), 4);
  test.stop();
}

TEST(Publisher, DoesNotTrustAConnectionThatSaidMoreThanItWasAsked) {
  PeerForTest peer({[](PeerConnection& c) {
                      c.receive_until("first\r\n");
                      c.send(":1\r\n:666\r\n");
                      c.receive_all();
                    },
                    [](PeerConnection& c) {
                      c.receive_until("second\r\n");
                      c.send(":2\r\n");
                      c.receive_all();
                    }});
  LoopForTest test;
  Publisher publisher(test.loop(), address_of(peer));
  EXPECT_EQ(test.await(publisher.publish("c", "first")), 1);
  EXPECT_EQ(test.await(publisher.publish("c", "second")), 2);
  test.stop();
}

TEST(Publisher, NamesWhatTheServerRefuses) {
  const ServerForTest server({"--requirepass", "hunter2"});
  LoopForTest test;
  Publisher publisher(test.loop(), server.address());
  EXPECT_EQ(test.await(publisher.publish("c", "x")).error(), Errc::kAuthRefused);
  test.stop();
}

TEST(Publisher, NamesARefusedCommandAndAnUnexpectedReply) {
  PeerForTest peer({[](PeerConnection& c) {
    c.receive_until("first\r\n");
    c.send("-MISCONF no\r\n");
    c.receive_until("second\r\n");
    c.send("+OK\r\n");
    c.receive_all();
  }});
  LoopForTest test;
  Publisher publisher(test.loop(), address_of(peer));
  EXPECT_EQ(test.await(publisher.publish("c", "first")).error(), Errc::kErrorReply);
  EXPECT_EQ(test.await(publisher.publish("c", "second")).error(), Errc::kUnexpectedReply);
  test.stop();
}

net::Task<bool> set_field(net::Loop& loop, Address address) {
  const auto deadline = base::steady_now() + std::chrono::seconds(5);
  auto opening = Connection::open(loop, address, deadline);
  auto connection = co_await std::move(opening);
  if (!connection) co_return false;
  std::vector<std::string> arguments{"HSET", "h", "a b", "", "c", "1"};
  auto asking = (*connection)->command(arguments, deadline);
  const auto answer = co_await std::move(asking);
  co_return answer.has_value();
}

TEST(Publisher, TellsWhichFieldsAHashHas) {
  const ServerForTest server;
  LoopForTest test;
  Publisher publisher(test.loop(), server.address());
  ASSERT_TRUE(test.await(set_field(test.loop(), server.address())));
  using Has = std::vector<bool>;
  EXPECT_EQ(test.await(publisher.has_fields("h", {"c", "x", "a b"})), (Has{true, false, true}));
  EXPECT_EQ(test.await(publisher.has_fields("none", {"c"})), Has{false});
  EXPECT_EQ(test.await(publisher.has_fields("h", {})).error(), Errc::kErrorReply);
  test.stop();
}

}  // namespace
}  // namespace crema::redis
