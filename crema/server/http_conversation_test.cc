#include "crema/server/http_conversation.h"

#include "crema/server/counters.h"
#include "crema/server/server_for_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace crema::server {
namespace {

using testing::HasSubstr;

class HttpConversationTest : public ServerTest {
 protected:
  static void expect_busy(ClientForTest client) {
    client.send(get("/health"));
    const auto answer = client.answer();
    EXPECT_EQ(answer.status, 503U);
    EXPECT_THAT(answer.head, HasSubstr("Retry-After: 5\r\n"));
    EXPECT_TRUE(client.at_end());
  }
  static void expect_served(ClientForTest& client) {
    client.send(get("/health"));
    EXPECT_EQ(client.answer().body, "healthy");
  }
};

INSTANTIATE_TEST_SUITE_P(Shards, HttpConversationTest, testing::Values(1U, 2U));

TEST_P(HttpConversationTest, AnswersConnectionsBeyondTheBoundWith503) {
  config_.connections.connections_max = 2;
  start();
  ClientForTest one = client();
  ClientForTest two = client();
  expect_served(one);
  expect_served(two);
  const int64_t counted = kTooManyConnections.value();
  expect_busy(client());
  EXPECT_EQ(kTooManyConnections.value(), counted + 1);
  // Gone when the server has seen it go, which a refused one does not wait for.
  one.send("GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(one.answer().body, "healthy");
  EXPECT_TRUE(one.at_end());
  one.close();
  for (int tries = 0; tries < 1000; ++tries) {
    ClientForTest next = client();
    next.send(get("/health"));
    if (next.answer().status == 200) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  FAIL() << "a place that was given up is not given again";
}

TEST_P(HttpConversationTest, AnswersTooManyConnectionsOfAnAddressWith503) {
  config_.connections.per_address_max = 1;
  start();
  ClientForTest one = client();
  expect_served(one);
  expect_busy(client());
  expect_served(one);
}

TEST_P(HttpConversationTest, AnswersTooManyNewConnectionsOfAnAddressWith503) {
  config_.connections.new_per_address_and_second_max = 1;
  start();
  ClientForTest one = client();
  ClientForTest two = client();
  ClientForTest three = client();
  unsigned refused = 0;
  for (ClientForTest* each : {&one, &two, &three}) {
    each->send(get("/health"));
    refused += each->answer().status == 503 ? 1U : 0U;
  }
  EXPECT_GE(refused, 1U) << "three in the time of two windows at the most";
}

// A connection keeps its place when it moves to the shard of its session.
TEST_P(HttpConversationTest, CountsAConnectionThatMovesOnce) {
  config_.connections.connections_max = 4;
  start();
  ClientForTest one = client();
  ClientForTest two = client();
  const std::string sids[] = {open_polling(one), open_polling(two)};
  ClientForTest moving = client();
  for (int i = 0; i < 20; ++i) {
    moving.send(post(sids[i % 2], "3"));
    ASSERT_EQ(moving.answer().body, "ok");
  }
  ClientForTest four = client();
  expect_served(four);
  expect_busy(client());
}

TEST_P(HttpConversationTest, CountsHeadsThatAreTooLarge) {
  start();
  const int64_t counted = kLargeHeads.value();
  ClientForTest large = client();
  large.send("GET /health HTTP/1.1\r\nHost: x\r\nCookie: " + std::string(20'000, 'c') + "\r\n\r\n");
  EXPECT_EQ(large.answer().status, 431U);
  EXPECT_TRUE(large.at_end());
  ClientForTest many = client();
  std::string head = "GET /health HTTP/1.1\r\nHost: x\r\n";
  for (int i = 0; i < 101; ++i) head += "X: y\r\n";
  many.send(head + "\r\n");
  const unsigned status = many.answer().status;
  EXPECT_TRUE(status == 431 || status == 400) << status;
  ClientForTest target = client();
  target.send("GET /" + std::string(9000, 'x') + " HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(target.answer().status, 414U);
  EXPECT_GE(kLargeHeads.value(), counted + 2);
}

TEST_P(HttpConversationTest, CountsConnectionsWithoutRequests) {
  config_.idle_timeout = std::chrono::milliseconds(50);
  start();
  const int64_t counted = kIdleClosed.value();
  ClientForTest one = client();
  expect_served(one);
  EXPECT_TRUE(one.at_end());
  EXPECT_EQ(kIdleClosed.value(), counted + 1);
}

}  // namespace
}  // namespace crema::server
