#include "crema/server/server.h"

#include "crema/server/counters.h"
#include "crema/server/server_for_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace crema::server {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

INSTANTIATE_TEST_SUITE_P(Shards, ServerTest, testing::Values(1U, 2U, 4U));

TEST_P(ServerTest, AnswersOutsideSocketIo) {
  start();
  ClientForTest http = client();
  http.send(get("/health"));
  EXPECT_EQ(http.answer().body, "healthy");
  http.send(get("/nothing"));
  EXPECT_EQ(http.answer().status, 404U);
  http.send("HEAD /health HTTP/1.1\r\nHost: x\r\n\r\n" + get("/health"));
  EXPECT_THAT(http.head_answer().head, HasSubstr("Content-Length: 7"));
  EXPECT_EQ(http.answer().body, "healthy");
  http.send("GET /health HTTP/1.0\r\n\r\n");
  EXPECT_EQ(http.answer().body, "healthy");
  EXPECT_TRUE(http.at_end());
}

TEST_P(ServerTest, RefusesWhatItDoesNotKnow) {
  start();
  ClientForTest http = client();
  http.send(get("/socket.io/?EIO=4&transport=__proto__"));
  EXPECT_EQ(http.answer().body, R"({"code":0,"message":"Transport unknown"})");
  http.send(poll("AAAAAAAAAAAAAAAAAAAA"));
  EXPECT_EQ(http.answer().body, R"({"code":1,"message":"Session ID unknown"})");
  ClientForTest ws = client();
  ws.send(upgrade("AAAAAAAAAAAAAAAAAAAA"));
  EXPECT_EQ(ws.answer().body, "Session ID unknown");
  EXPECT_TRUE(ws.at_end());
}

TEST_P(ServerTest, PollsAndPostsOnAnyConnection) {
  start();
  const int64_t moved = kMoved.value();
  ClientForTest one = client();
  const std::string sid = open_polling(one);
  ASSERT_EQ(sid.size(), 20U);
  ClientForTest two = client();
  two.send(post(sid, "40/a,"));
  EXPECT_EQ(two.answer().body, "ok");
  ClientForTest three = client();
  three.send(poll(sid));
  EXPECT_THAT(three.answer().body, StartsWith(R"(40/a,{"sid":")"));
  three.send(poll(sid));
  two.send(post(sid, R"(42/a,["echo",1])"
                     "\x1e"
                     R"(42/a,["echo",2])"));
  EXPECT_EQ(two.answer().body, "ok");
  EXPECT_EQ(three.answer().body, R"(42/a,["echo",1])"
                                 "\x1e"
                                 R"(42/a,["echo",2])");
  EXPECT_EQ(kMoved.value() > moved, GetParam() > 1) << "connections go where the session is";
}

TEST_P(ServerTest, MovesAConnectionWithWhatWasPipelined) {
  start();
  std::vector<ClientForTest> openers;
  std::vector<std::string> sids;
  for (unsigned i = 0; i < 2 * GetParam(); ++i) {
    openers.push_back(client());
    sids.push_back(open_polling(openers.back()));
  }
  ClientForTest one = client();
  std::string requests;
  for (const std::string& sid : sids) requests += post(sid, "40/a,") + poll(sid) + get("/health");
  one.send(requests);
  for (size_t i = 0; i < sids.size(); ++i) {
    EXPECT_EQ(one.answer().body, "ok");
    EXPECT_THAT(one.answer().body, StartsWith(R"(40/a,{"sid":")"));
    EXPECT_EQ(one.answer().body, "healthy");
  }
}

TEST_P(ServerTest, EchoesOverWebSocket) {
  start();
  ClientForTest ws = open_websocket();
  ws.send_text(R"(42/a,["echo","x"])");
  EXPECT_EQ(ws.frame(), R"(42/a,["echo","x"])");
  ws.send(websocket::client_frame(websocket::Opcode::kPing, "hi", 1));
  EXPECT_EQ(ws.frame(), "pong:hi");
  const std::string large(300'000, 'y');
  ws.send_text(R"(42/a,["echo",")" + large + R"("])");
  EXPECT_EQ(ws.frame(), R"(42/a,["echo",")" + large + R"("])");
  ws.send(websocket::client_frame(websocket::Opcode::kClose, "\x03\xe8", 1));
  EXPECT_EQ(ws.frame(), "close:1000");
  EXPECT_TRUE(ws.at_end());
  EXPECT_TRUE(log_.wait_for("transport close"));
}

TEST_P(ServerTest, ReadsFramesThatCameBehindTheHandshake) {
  start();
  ClientForTest ws = client();
  ws.send(upgrade("") + websocket::client_frame(websocket::Opcode::kText, "40/a,", 7) +
          websocket::client_frame(websocket::Opcode::kText, R"(42/a,["echo",1])", 8));
  EXPECT_EQ(ws.answer().status, 101U);
  EXPECT_THAT(ws.frame(), HasSubstr(R"("upgrades":[])"));
  EXPECT_THAT(ws.frame(), StartsWith("40/a,"));
  EXPECT_EQ(ws.frame(), R"(42/a,["echo",1])");
}

TEST_P(ServerTest, UpgradesFromPolling) {
  start();
  ClientForTest polling = client();
  const std::string sid = open_polling(polling);
  polling.send(post(sid, "40/a,") + poll(sid));
  EXPECT_EQ(polling.answer().body, "ok");
  EXPECT_THAT(polling.answer().body, StartsWith("40/a,"));
  polling.send(poll(sid));
  ClientForTest ws = client();
  ws.send(upgrade(sid));
  EXPECT_EQ(ws.answer().status, 101U);
  ws.send_text("2probe");
  EXPECT_EQ(ws.frame(), "3probe");
  EXPECT_EQ(polling.answer().body, "6");
  polling.send(post(sid, R"(42/a,["echo",1])"));
  EXPECT_EQ(polling.answer().body, "ok");
  ClientForTest second = client();
  second.send(upgrade(sid));
  EXPECT_EQ(second.answer().status, 101U);
  EXPECT_EQ(second.frame(), "close:");
  ws.send_text("5");
  EXPECT_EQ(ws.frame(), R"(42/a,["echo",1])");
  polling.send(poll(sid));
  EXPECT_EQ(polling.answer().body, R"({"code":3,"message":"Bad request"})");
  ws.send_text(R"(42/a,["echo",2])");
  EXPECT_EQ(ws.frame(), R"(42/a,["echo",2])");
}

TEST_P(ServerTest, TellsOfAnUpgradeThatIsTriedAndOfOneThatIsComplete) {
  std::mutex mutex;
  std::vector<std::string> told;
  config_.on_upgrade = [&](std::string_view sid, UpgradeStage stage) {
    const std::lock_guard lock(mutex);
    told.push_back(std::string(sid) + (stage == UpgradeStage::kTried ? " tries" : " is done"));
  };
  start();
  ClientForTest polling = client();
  const std::string sid = open_polling(polling);
  ClientForTest refused = client();
  refused.send(upgrade(sid));
  EXPECT_EQ(refused.answer().status, 101U);
  refused.send_text("x");
  EXPECT_EQ(refused.frame(), "close:");
  ClientForTest ws = client();
  ws.send(upgrade(sid));
  EXPECT_EQ(ws.answer().status, 101U);
  ws.send_text("5");
  ws.send_text("40");
  EXPECT_THAT(ws.frame(), StartsWith("40{"));
  const std::lock_guard lock(mutex);
  EXPECT_THAT(told, testing::ElementsAre(sid + " tries", sid + " tries", sid + " is done"));
}

TEST_P(ServerTest, AnswersAGetThatIsHeldAsTheUpgradeCompletes) {
  start();
  ClientForTest polling = client();
  const std::string sid = open_polling(polling);
  ClientForTest ws = client();
  ws.send(upgrade(sid));
  EXPECT_EQ(ws.answer().status, 101U);
  polling.send(poll(sid));
  ws.send_text("x");
  EXPECT_EQ(ws.frame(), "close:") << "polling goes on";
  ClientForTest again = client();
  again.send(upgrade(sid) + websocket::client_frame(websocket::Opcode::kText, "5", 1));
  EXPECT_EQ(again.answer().status, 101U);
  // Whether the GET or the upgrade came first, it is answered and the WebSocket carries on.
  EXPECT_THAT(polling.answer().body, testing::AnyOf("1", R"({"code":3,"message":"Bad request"})"));
  again.send_text("40");
  EXPECT_THAT(again.frame(), StartsWith("40{"));
}

TEST_P(ServerTest, BroadcastsToSocketsOfAllShards) {
  start();
  std::vector<ClientForTest> clients;
  std::vector<std::string> sids;
  for (unsigned i = 0; i < 3 * GetParam(); ++i) {
    clients.push_back(open_websocket(&sids));
    clients.back().send_text(R"(42/a,["join"])");
    EXPECT_EQ(clients.back().frame(), R"(42/a,["joined"])");
  }
  std::set<unsigned> shards;
  for (const std::string& sid : sids) shards.insert(engineio::shard_of(sid).value_or(99));
  EXPECT_EQ(shards.size(), GetParam()) << "connections are spread";
  for (size_t from = 0; from < clients.size(); ++from) {
    const std::string number = std::to_string(from);
    clients[from].send_text(R"(42/a,["news",)" + number + "]");
    for (ClientForTest& each : clients) EXPECT_EQ(each.frame(), R"(42/a,["news",)" + number + "]");
  }
}

TEST_P(ServerTest, SendsWhatOneTurnQueuedInOneCall) {
  start();
  ClientForTest ws = open_websocket();
  const int64_t before = kSends.value();
  ws.send_text(R"(42/a,["burst",16])");
  for (int i = 0; i < 16; ++i) EXPECT_EQ(ws.frame(), R"(42/a,["burst"])");
  EXPECT_EQ(kSends.value() - before, 1);
}

TEST_P(ServerTest, EndsASessionWhoseHeldGetIsAborted) {
  start();
  ClientForTest one = client();
  const std::string sid = open_polling(one);
  one.send(post(sid, "40/a,") + poll(sid) + poll(sid));
  EXPECT_EQ(one.answer().body, "ok");
  EXPECT_EQ(one.answer().status, 200U);
  one.close();
  EXPECT_TRUE(log_.wait_for("transport error"));
  ClientForTest two = client();
  two.send(poll(sid));
  EXPECT_EQ(two.answer().body, R"({"code":1,"message":"Session ID unknown"})");
}

TEST_P(ServerTest, EndsASessionWithOverlappingGets) {
  start();
  ClientForTest one = client();
  const std::string sid = open_polling(one);
  ClientForTest two = client();
  one.send(poll(sid));
  two.send(poll(sid));
  // Either may have come first.
  std::vector<ClientForTest::Answer> answers{one.answer(), two.answer()};
  if (answers[0].status == 400) std::swap(answers[0], answers[1]);
  EXPECT_EQ(answers[0].body, "1");
  EXPECT_EQ(answers[1].status, 400U);
  EXPECT_EQ(answers[1].body, "");
  one.send(poll(sid));
  EXPECT_EQ(one.answer().body, R"({"code":1,"message":"Session ID unknown"})");
}

TEST_P(ServerTest, AnswersPipelinedRequestsInOrder) {
  start();
  ClientForTest one = client();
  one.send(get("/health") + get("/x") + poll("") + get("/health"));
  EXPECT_EQ(one.answer().body, "healthy");
  EXPECT_EQ(one.answer().status, 404U);
  const std::string sid = sid_of(one.answer().body);
  EXPECT_EQ(one.answer().body, "healthy");
  one.send(poll(sid) + post(sid, "40/a,"));
  ClientForTest two = client();
  two.send(post(sid, "40/b,"));
  EXPECT_EQ(two.answer().body, "ok");
  EXPECT_THAT(one.answer().body, StartsWith("40/b,")) << "the POST behind it waits";
  EXPECT_EQ(one.answer().body, "ok");
}

// Each POST stands behind a held GET and ends the session of the next GET.
TEST_P(ServerTest, EndsSessionsOneAfterTheOther) {
  start();
  constexpr size_t kChain = 40;
  std::vector<ClientForTest> clients;
  std::vector<std::string> sids;
  for (size_t i = 0; i < kChain; ++i) {
    clients.push_back(client());
    sids.push_back(open_polling(clients.back()));
  }
  for (size_t i = 0; i < kChain; ++i) {
    clients[i].send(poll(sids[i]) + (i + 1 < kChain ? post(sids[i + 1], "bad") : get("/health")));
  }
  ClientForTest first = client();
  first.send(post(sids[0], "bad"));
  EXPECT_EQ(first.answer().body, "ok");
  for (size_t i = 0; i + 1 < kChain; ++i) {
    const auto answer = clients[i].answer();
    // The GET may have come after the end it was to be told of.
    const bool is_close = answer.body == "1" || answer.body ==
                                                    "6\x1e"
                                                    "1";
    EXPECT_TRUE(is_close || answer.status == 400U) << answer.body;
    const auto behind = clients[i].answer();
    EXPECT_TRUE(behind.body == "ok" || behind.status == 400U) << behind.body;
  }
  EXPECT_NE(clients.back().answer().status, 0U);
  EXPECT_EQ(clients.back().answer().body, "healthy");
}

TEST_P(ServerTest, ClosesAConnectionThatPipelinesWithoutEnd) {
  start();
  ClientForTest one = client();
  const std::string sid = open_polling(one);
  one.send(poll(sid));
  const std::string block(16 * 1024, 'x');
  while (one.send(block)) {
  }
  EXPECT_TRUE(one.at_end());
}

TEST_P(ServerTest, RefusesALargeBodyAndKeepsTheSession) {
  config_.http.body_bytes_max = 1000;
  start();
  ClientForTest one = client();
  const std::string sid = open_polling(one);
  ClientForTest two = client();
  two.send(post(sid, std::string(1001, '2')));
  const auto answer = two.answer();
  EXPECT_EQ(answer.status, 413U);
  EXPECT_EQ(answer.body, "");
  EXPECT_TRUE(two.at_end());
  one.send(post(sid, "40/a,"));
  EXPECT_EQ(one.answer().body, "ok");
}

TEST_P(ServerTest, SaysContinueWhenAsked) {
  start();
  ClientForTest one = client();
  const std::string sid = open_polling(one);
  const std::string request = post(sid, "40/a,");
  const size_t head = request.find("\r\n\r\n");
  one.send(request.substr(0, 30));
  one.send(request.substr(30, head - 30) + "\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(one.answer().status, 100U);
  one.send("40/a,");
  EXPECT_EQ(one.answer().body, "ok");
}

TEST_P(ServerTest, ClosesOnGarbage) {
  start();
  ClientForTest http = client();
  http.send("\x16\x03\x01\x02 garbage\r\n\r\n");
  EXPECT_EQ(http.answer().status, 400U);
  EXPECT_TRUE(http.at_end());
  ClientForTest unmasked = open_websocket();
  unmasked.send(std::string("\x81\x01x"));
  EXPECT_EQ(unmasked.frame(), "close:1002");
  EXPECT_TRUE(unmasked.at_end());
  ClientForTest large = open_websocket();
  large.send(std::string("\x81\xff\x00\x00\x00\x01\x00\x00\x00\x00\x01\x02\x03\x04", 14));
  EXPECT_EQ(large.frame(), "close:1009");
  EXPECT_TRUE(log_.wait_for("transport error"));
  ClientForTest bad = open_websocket();
  bad.send_text("7");
  EXPECT_EQ(bad.frame(), "close:");
  EXPECT_TRUE(log_.wait_for("parse error"));
}

TEST_P(ServerTest, AnswersASlowRequestWithATimeout) {
  config_.request_deadline = std::chrono::milliseconds(50);
  start();
  ClientForTest one = client();
  one.send("GET /health HT");
  EXPECT_EQ(one.answer().status, 408U);
  EXPECT_TRUE(one.at_end());
}

TEST_P(ServerTest, ClosesAConnectionWithoutRequests) {
  config_.idle_timeout = std::chrono::milliseconds(50);
  start();
  ClientForTest one = client();
  one.send(get("/health"));
  EXPECT_EQ(one.answer().body, "healthy");
  EXPECT_TRUE(one.at_end());
}

TEST_P(ServerTest, DisconnectsWhoDoesNotReadItsMessages) {
  start();
  ClientForTest slow(port_, ClientForTest::ReceiveBuffer::kSmall);
  slow.send(upgrade(""));
  slow.send_text("40/a,");
  slow.send_text(R"(42/a,["flood",200])");
  EXPECT_TRUE(log_.wait_for("slow client"));
}

TEST_P(ServerTest, DisconnectsWhoseQueueGrowsWhileTheKernelTakesNothing) {
  start();
  ClientForTest slow(port_, ClientForTest::ReceiveBuffer::kSmall);
  slow.send(upgrade(""));
  slow.send_text("40/a,");
  for (int i = 0; i < 100; ++i) slow.send_text(R"(42/a,["flood",1])");
  EXPECT_TRUE(log_.wait_for("slow client"));
}

TEST_P(ServerTest, DropsThoseForWhomMostWaitsWhenItIsTooMuchTogether) {
  config_.engineio.queued_bytes_max = 100'000'000;
  config_.queued_bytes_total_max = 20'000'000;
  start();
  const int64_t dropped = kMemoryPressure.value();
  std::vector<ClientForTest> slow;
  for (int i = 0; i < 8; ++i) {
    slow.emplace_back(port_, ClientForTest::ReceiveBuffer::kSmall);
    slow.back().send(upgrade(""));
    slow.back().send_text("40/a,");
    slow.back().send_text(R"(42/a,["flood",100])");
  }
  EXPECT_TRUE(log_.wait_for("slow client"));
  EXPECT_GT(kMemoryPressure.value(), dropped);
  ClientForTest ws = open_websocket();
  ws.send_text(R"(42/a,["echo","x"])");
  EXPECT_EQ(ws.frame(), R"(42/a,["echo","x"])") << "who reads stays";
}

TEST_P(ServerTest, DisconnectsWhoDoesNotReadItsPongs) {
  start();
  const int64_t floods = kFloods.value();
  ClientForTest flooding(port_, ClientForTest::ReceiveBuffer::kSmall);
  flooding.send(upgrade(""));
  std::string pings;
  for (int i = 0; i < 100; ++i) {
    pings += websocket::client_frame(websocket::Opcode::kPing, std::string(125, 'x'), 9);
  }
  while (flooding.send(pings)) {
  }
  EXPECT_EQ(kFloods.value(), floods + 1);
}

TEST_P(ServerTest, DisconnectsWhoDoesNotReadItsProbeAnswers) {
  start();
  const int64_t floods = kFloods.value();
  ClientForTest one = client();
  const std::string sid = open_polling(one);
  ClientForTest flooding(port_, ClientForTest::ReceiveBuffer::kSmall);
  flooding.send(upgrade(sid));
  std::string probes;
  for (int i = 0; i < 1000; ++i) {
    probes += websocket::client_frame(websocket::Opcode::kText, "2probe", 9);
  }
  while (flooding.send(probes)) {
  }
  EXPECT_EQ(kFloods.value(), floods + 1);
  one.send(post(sid, "40/a,"));
  EXPECT_EQ(one.answer().body, "ok") << "polling goes on";
}

TEST_P(ServerTest, AnswersManyPingsOfWhoReads) {
  start();
  ClientForTest ws = open_websocket();
  std::string pings;
  for (int i = 0; i < 5000; ++i) pings += websocket::client_frame(websocket::Opcode::kPing, "p", 9);
  ws.send(pings);
  for (int i = 0; i < 5000; ++i) ASSERT_EQ(ws.frame(), "pong:p") << i;
}

}  // namespace
}  // namespace crema::server
