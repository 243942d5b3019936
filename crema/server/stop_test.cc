// What a stop is to those who are connected.
#include "crema/server/server.h"
#include "crema/server/server_for_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace crema::server {
namespace {

using testing::StartsWith;

class StopTest : public ServerTest {};

INSTANTIATE_TEST_SUITE_P(Shards, StopTest, testing::Values(1U, 2U, 4U));

TEST_P(StopTest, TellsEveryClientWhenItStops) {
  start();
  ClientForTest polling = client();
  const std::string sid = open_polling(polling);
  polling.send(post(sid, "40/a,") + poll(sid) + poll(sid));
  EXPECT_EQ(polling.answer().body, "ok");
  EXPECT_THAT(polling.answer().body, StartsWith("40/a,"));
  std::vector<ClientForTest> clients;
  for (unsigned i = 0; i < 2 * GetParam(); ++i) {
    clients.push_back(open_websocket());
    clients.back().send_text(R"(42/a,["join"])");
    EXPECT_EQ(clients.back().frame(), R"(42/a,["joined"])");
  }
  stop();
  for (ClientForTest& each : clients) {
    std::string frame = each.frame();
    while (frame == R"(42/a,["gone"])") frame = each.frame();
    EXPECT_EQ(frame, "close:");
    EXPECT_TRUE(each.at_end());
  }
  std::string body = polling.answer().body;
  EXPECT_THAT(body, testing::EndsWith("1"));
  EXPECT_TRUE(polling.at_end());
  EXPECT_TRUE(log_.wait_for("server shutting down"));
}

// A client comes back from when its session ended: what else takes time is done before.
TEST_P(StopTest, ClosesIdleConnectionsBeforeItEndsSessions) {
  if (GetParam() != 1) GTEST_SKIP() << "each shard for itself";
  std::vector<ClientForTest> idle;
  std::vector<bool> had_ended;
  log_.on_add = [&] {
    for (const auto& client : idle) had_ended.push_back(client.has_ended_by_now());
  };
  start();
  ClientForTest ws = open_websocket();
  for (int i = 0; i < 3; ++i) {
    idle.push_back(client());
    idle.back().send(get("/health"));
    EXPECT_EQ(idle.back().answer().status, 200U);
  }
  stop();
  EXPECT_EQ(had_ended, std::vector<bool>(3, true));
}

TEST_P(StopTest, StopsBeforeItRan) {
  config_.shards = GetParam();
  Server server(config_,
                [this](Shard& shard) { return std::make_unique<TestApplication>(shard, log_); });
  ASSERT_TRUE(server.listen_tcp("127.0.0.1", 0));
  EXPECT_NE(server.port(), 0);
  server.stop();
  server.stop();
  server.run();
}

}  // namespace
}  // namespace crema::server
