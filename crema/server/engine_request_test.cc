#include "crema/server/engine_request.h"

#include "crema/server/counters.h"
#include "crema/server/server_for_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace crema::server {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view kGone = R"({"code":1,"message":"Session ID unknown"})";

class EngineRequestTest : public ServerTest {
 protected:
  // The head of a POST; the server has read it when this returns.
  static void begin_post(ClientForTest& client, const std::string& sid) {
    client.send("POST " + polling_target(sid) +
                " HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.answer().status, 100U);
  }
  static std::string with_header(std::string request, const std::string& header) {
    return request.insert(request.find("\r\n\r\n"), "\r\n" + header);
  }
  // A session with a socket in "/a" whose CONNECT was answered.
  std::string open_socket(ClientForTest& client) {
    const std::string sid = open_polling(client);
    client.send(post(sid, "40/a,") + poll(sid));
    EXPECT_EQ(client.answer().body, "ok");
    EXPECT_THAT(client.answer().body, StartsWith("40/a,"));
    return sid;
  }
  bool is_gone(const std::string& sid) {
    ClientForTest asking = client();
    asking.send(post(sid, "3"));
    const std::string body = asking.answer().body;
    EXPECT_TRUE(body == "ok" || body == kGone) << body;
    return body == kGone;
  }
};

INSTANTIATE_TEST_SUITE_P(Shards, EngineRequestTest, testing::Values(1U, 2U));

// --- POST ---

TEST_P(EngineRequestTest, TakesOnePostAtATime) {
  start();
  ClientForTest first = client();
  const std::string sid = open_polling(first);
  ClientForTest getting = client();
  getting.send(get("/health") + poll(sid));
  EXPECT_EQ(getting.answer().body, "healthy");
  begin_post(first, sid);
  ClientForTest second = client();
  second.send(post(sid, "3"));
  const auto refused = second.answer();
  EXPECT_EQ(refused.status, 400U);
  EXPECT_EQ(refused.body, "");
  EXPECT_TRUE(first.at_end()) << "the connection of the first is dropped";
  // Whether the held GET or the refusal came first.
  EXPECT_THAT(getting.answer().body, testing::AnyOf("1", kGone));
  EXPECT_TRUE(is_gone(sid));
}

TEST_P(EngineRequestTest, RefusesASecondPostAtItsHead) {
  start();
  ClientForTest first = client();
  const std::string sid = open_polling(first);
  begin_post(first, sid);
  ClientForTest second = client();
  second.send(post(sid, std::string(900'000, 'x')));
  EXPECT_EQ(second.answer().status, 400U);
  EXPECT_TRUE(first.at_end());
}

TEST_P(EngineRequestTest, RefusesASecondPostAtItsHeadOnAnyShard) {
  start();
  const int64_t moved = kMoved.value();
  std::vector<ClientForTest> kept;  // The load decides where the next connection goes.
  for (unsigned i = 0; i < 4 * GetParam(); ++i) {
    ClientForTest first = client();
    const std::string sid = open_polling(first);
    begin_post(first, sid);
    kept.push_back(client());
    ClientForTest& second = kept.back();
    second.send("POST " + polling_target(sid) +
                " HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n");
    const auto refused = second.answer();
    EXPECT_EQ(refused.status, 400U);
    EXPECT_EQ(refused.body, "");
    EXPECT_TRUE(first.at_end()) << "the connection of the first is dropped";
    EXPECT_TRUE(is_gone(sid));
    if (i % 2 == 1) kept.push_back(client());
  }
  EXPECT_EQ(kMoved.value() > moved, GetParam() > 1);
}

TEST_P(EngineRequestTest, TakesAPostWhoseHeadCameToAnotherShard) {
  start();
  for (unsigned i = 0; i < 2 * GetParam(); ++i) {
    ClientForTest opener = client();
    const std::string sid = open_polling(opener);
    opener.send(poll(sid));
    for (unsigned shard = 0; shard < GetParam(); ++shard) {
      ClientForTest other = client();
      begin_post(other, sid);
      other.send(shard == 0 ? "40/a,\x1e"
                              "333"
                            : "3333\x1e"
                              "3333");
      EXPECT_EQ(other.answer().body, "ok");
    }
    EXPECT_THAT(opener.answer().body, StartsWith("40/a,"));
  }
}

TEST_P(EngineRequestTest, EndsTheSessionOfAPostThatIsBrokenOff) {
  start();
  ClientForTest one = client();
  const std::string sid = open_socket(one);
  begin_post(one, sid);
  one.close();
  EXPECT_TRUE(log_.wait_for("transport error"));
  EXPECT_TRUE(is_gone(sid));
}

TEST_P(EngineRequestTest, EndsTheSessionOfAPostThatIsTooSlow) {
  config_.request_deadline = std::chrono::milliseconds(400);
  start();
  ClientForTest one = client();
  const std::string sid = open_socket(one);
  begin_post(one, sid);
  EXPECT_EQ(one.answer().status, 408U);
  EXPECT_TRUE(log_.wait_for("transport error"));
}

TEST_P(EngineRequestTest, KeepsTheSessionOfAPostThatIsTooLarge) {
  config_.http.body_bytes_max = 100;
  start();
  ClientForTest one = client();
  const std::string sid = open_polling(one);
  one.send("POST " + polling_target(sid) +
           " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  one.send("32\r\n" + std::string(50, '4') + "\r\n33\r\n" + std::string(51, '4'));
  EXPECT_EQ(one.answer().status, 413U);
  ClientForTest two = client();
  two.send(post(sid, "40/a,"));
  EXPECT_EQ(two.answer().body, "ok");
}

TEST_P(EngineRequestTest, SaysNoContinueToABodyThatIsTooLarge) {
  config_.http.body_bytes_max = 100;
  start();
  ClientForTest one = client();
  const std::string sid = open_polling(one);
  one.send("POST " + polling_target(sid) +
           " HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(one.answer().status, 413U);
}

TEST_P(EngineRequestTest, TakesABodyInChunks) {
  start();
  ClientForTest one = client();
  const std::string sid = open_polling(one);
  one.send("POST " + polling_target(sid) +
           " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  one.send("2\r\n40\r\n");
  one.send("3;x=y\r\n/a,\r\n0\r\n\r\n" + poll(sid));
  EXPECT_EQ(one.answer().body, "ok");
  EXPECT_THAT(one.answer().body, StartsWith("40/a,"));
}

// What a turn made leaves at its end: the answer of the held GET shows where the first one ended.
TEST_P(EngineRequestTest, HandlesALongPostInShares) {
  start();
  ClientForTest one = client();
  const std::string sid = open_socket(one);
  ClientForTest getting = client();
  getting.send(post(sid, "3") + poll(sid));
  EXPECT_EQ(getting.answer().body, "ok");
  constexpr int kPackets = 10'000;
  std::string body;
  for (int i = 0; i < kPackets; ++i) {
    body += (i == 0 ? "" : "\x1e") + std::string(R"(42/a,["echo",)") + std::to_string(i) + "]";
  }
  one.send(post(sid, body));
  std::string echoed = getting.answer().body;
  EXPECT_LE(std::ranges::count(echoed, '\x1e') + 1, static_cast<long>(kPostPacketsPerTurn));
  while (echoed.size() < body.size()) {
    getting.send(poll(sid));
    const auto answer = getting.answer();
    ASSERT_EQ(answer.status, 200U);
    echoed += "\x1e" + answer.body;
  }
  EXPECT_EQ(echoed, body) << "in order, each once";
  EXPECT_EQ(one.answer().body, "ok");
}

TEST_P(EngineRequestTest, EndsTheSessionWhoseLongPostIsBrokenOff) {
  start();
  ClientForTest one = client();
  const std::string sid = open_socket(one);
  std::string body = R"(42/a,["echo",0])";
  for (int i = 1; i < 10'000; ++i)
    body +=
        "\x1e"
        R"(42/a,["echo",0])";
  one.send(post(sid, body));
  one.close();
  // Handled to its end before the connection was seen to be gone, or not.
  ClientForTest two = client();
  two.send(post(sid, "1"));
  EXPECT_NE(two.answer().status, 0U);
  EXPECT_TRUE(is_gone(sid));
}

// --- a peer that sends no more ---

TEST_P(EngineRequestTest, AnswersAClientThatSendsNoMore) {
  start();
  ClientForTest one = client();
  one.send(get("/health") + poll(""));
  one.half_close();
  EXPECT_EQ(one.answer().body, "healthy");
  EXPECT_THAT(one.answer().body, StartsWith("0{"));
  EXPECT_TRUE(one.at_end());
}

TEST_P(EngineRequestTest, HandlesThePostOfAClientThatSendsNoMore) {
  start();
  ClientForTest one = client();
  const std::string sid = open_socket(one);
  std::string body = "3";
  for (int i = 1; i < 1000; ++i)
    body +=
        "\x1e"
        "3";
  one.send(post(sid, body));
  one.half_close();
  EXPECT_EQ(one.answer().body, "ok");
  EXPECT_TRUE(one.at_end());
  EXPECT_FALSE(is_gone(sid));
}

TEST_P(EngineRequestTest, WritesALongAnswerToAClientThatSendsNoMore) {
  config_.engineio.queued_bytes_max = 100 << 20;
  start();
  ClientForTest one = client();
  const std::string sid = open_socket(one);
  ClientForTest posting = client();
  posting.send(post(sid, R"(42/a,["flood",100])"));
  EXPECT_EQ(posting.answer().body, "ok");
  ClientForTest slow(port_, ClientForTest::ReceiveBuffer::kSmall);
  slow.send(poll(sid));
  slow.half_close();
  const auto answer = slow.answer();
  EXPECT_GT(answer.body.size(), 10'000'000U);
  EXPECT_TRUE(slow.at_end());
}

TEST_P(EngineRequestTest, TakesAHeldGetForAbortedWhenTheClientSendsNoMore) {
  start();
  ClientForTest one = client();
  const std::string sid = open_socket(one);
  one.send(poll(sid));
  one.half_close();
  EXPECT_TRUE(one.at_end());
  EXPECT_TRUE(log_.wait_for("transport error"));
}

// --- methods ---

TEST_P(EngineRequestTest, AnswersOtherMethodsWith500AndKeepsTheSession) {
  start();
  ClientForTest one = client();
  const std::string sid = open_polling(one);
  for (const char* method : {"PUT", "DELETE", "OPTIONS", "PATCH"}) {
    one.send(std::string(method) + " " + polling_target(sid) + " HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto answer = one.answer();
    EXPECT_EQ(answer.status, 500U) << method;
    EXPECT_EQ(answer.body, "");
    EXPECT_THAT(answer.head, Not(HasSubstr("Content-Type")));
  }
  one.send("HEAD " + polling_target(sid) + " HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(one.head_answer().status, 500U);
  EXPECT_FALSE(is_gone(sid));
}

TEST_P(EngineRequestTest, RefusesAHandshakeByOtherMethods) {
  start();
  ClientForTest one = client();
  for (const char* method : {"POST", "PUT", "OPTIONS"}) {
    one.send(std::string(method) + " " + polling_target("") +
             " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
    const auto answer = one.answer();
    EXPECT_EQ(answer.status, 400U) << method;
    EXPECT_EQ(answer.body, R"({"code":2,"message":"Bad handshake method"})") << method;
  }
  one.send("HEAD " + polling_target("") + " HTTP/1.1\r\nHost: x\r\n\r\n" + get("/health"));
  EXPECT_THAT(one.head_answer().head, HasSubstr("Content-Length: 43"));
  EXPECT_EQ(one.answer().body, "healthy");
}

TEST_P(EngineRequestTest, AnswersAnUpgradeOfAnythingElseAndCloses) {
  start();
  ClientForTest one = client();
  one.send(
      "GET /elsewhere HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  EXPECT_EQ(one.answer().status, 404U);
  EXPECT_TRUE(one.at_end());
}

// --- what answers carry ---

TEST_P(EngineRequestTest, CompressesLongAnswersAsTheClientLikes) {
  start();
  ClientForTest one = client();
  const std::string sid = open_socket(one);
  const std::string long_event = R"(42/a,["echo",")" + std::string(2000, 'x') + R"("])";
  for (const char* accept : {"gzip, deflate, br", "deflate, gzip", "br"}) {
    one.send(post(sid, long_event));
    EXPECT_EQ(one.answer().body, "ok");
    one.send(with_header(poll(sid), std::string("Accept-Encoding: ") + accept));
    const auto answer = one.answer();
    const bool is_plain = std::string_view(accept) == "br";
    EXPECT_EQ(answer.body.size() > 2000, is_plain) << accept;
    const std::string first = std::string(accept).substr(0, std::string(accept).find(','));
    EXPECT_EQ(answer.head.find("Content-Encoding: " + first) == std::string::npos, is_plain);
  }
  one.send(post(sid, R"(42/a,["echo","short"])") + with_header(poll(sid), "Accept-Encoding: gzip"));
  EXPECT_EQ(one.answer().body, "ok");
  EXPECT_EQ(one.answer().body, R"(42/a,["echo","short"])");
}

TEST_P(EngineRequestTest, CompressesUnlessNoPacketAsksForIt) {
  start();
  ClientForTest one = client();
  const std::string sid = open_socket(one);
  const std::string data = "\"" + std::string(2000, 'x') + "\"]";
  const std::string plain = R"(42/a,["plain",)" + data;
  const std::string echo = R"(42/a,["echo","y"])";
  const auto ask = [&](const std::string& events) {
    one.send(post(sid, events) + with_header(poll(sid), "Accept-Encoding: gzip"));
    EXPECT_EQ(one.answer().body, "ok");
    return one.answer();
  };
  EXPECT_EQ(ask(plain).body, plain);
  const auto mixed = ask(plain + "\x1e" + echo);
  EXPECT_THAT(mixed.head, HasSubstr("Content-Encoding: gzip"));
  EXPECT_LT(mixed.body.size(), 200U);
}

TEST_P(EngineRequestTest, SetsTheCookieOnTheHandshakeOfPollingOnly) {
  config_.transport.cookie = http::SetCookie{};
  start();
  ClientForTest one = client();
  one.send(poll(""));
  const auto opened = one.answer();
  const std::string sid = sid_of(opened.body);
  EXPECT_THAT(opened.head,
              HasSubstr("Set-Cookie: io=" + sid + "; Path=/; HttpOnly; SameSite=Lax\r\n"));
  one.send(post(sid, "40/a,") + poll(sid));
  EXPECT_THAT(one.answer().head, Not(HasSubstr("Set-Cookie")));
  EXPECT_THAT(one.answer().head, Not(HasSubstr("Set-Cookie")));
  ClientForTest ws = client();
  ws.send(upgrade(""));
  const auto switched = ws.answer();
  EXPECT_EQ(switched.status, 101U);
  EXPECT_THAT(switched.head, Not(HasSubstr("Set-Cookie")));
}

TEST_P(EngineRequestTest, PutsCorsHeadersOnEveryAnswer) {
  config_.transport.cors = {.origins = http::Cors::Origins::kReflect, .credentials = true};
  config_.http.body_bytes_max = 1000;
  config_.on_http = [](const http::Request&) { return http::Response{.body = "file"}; };
  start();
  const std::string origin = "Origin: http://a.com";
  const auto allowed = HasSubstr("Access-Control-Allow-Origin: http://a.com\r\n");
  ClientForTest one = client();
  one.send(with_header(poll(""), origin));
  const auto opened = one.answer();
  EXPECT_THAT(opened.head, allowed);
  const std::string sid = sid_of(opened.body);
  const std::string requests[] = {post(sid, "3"), poll("AAAAAAAAAAAAAAAAAAAA"),
                                  get("/socket.io/?EIO=4&transport=x"),
                                  "PUT " + polling_target(sid) + " HTTP/1.1\r\nHost: x\r\n\r\n",
                                  get("/socket.io/socket.io.js")};
  for (const std::string& request : requests) {
    one.send(with_header(request, origin));
    EXPECT_THAT(one.answer().head, allowed) << request;
  }
  one.send(with_header("OPTIONS " + polling_target(sid) + " HTTP/1.1\r\nHost: x\r\n\r\n", origin));
  const auto preflight = one.answer();
  EXPECT_EQ(preflight.status, 204U);
  EXPECT_THAT(preflight.head, allowed);
  one.send(with_header(post(sid, std::string(1001, '3')), origin));
  const auto too_large = one.answer();
  EXPECT_EQ(too_large.status, 413U);
  EXPECT_THAT(too_large.head, allowed);
  ClientForTest ws = client();
  ws.send(with_header(upgrade(sid), origin));
  const auto switched = ws.answer();
  EXPECT_EQ(switched.status, 101U);
  EXPECT_THAT(switched.head, allowed);
  ClientForTest refused = client();
  refused.send(with_header(upgrade("AAAAAAAAAAAAAAAAAAAA"), origin));
  EXPECT_THAT(refused.answer().head, allowed);
}

TEST_P(EngineRequestTest, AddsTheHeadersOfTheProgram) {
  config_.add_headers = [](const http::Request& request, http::Response& response) {
    const bool opens = request.query().find("sid=") == std::string_view::npos;
    response.headers.push_back({"X-Opens", opens ? "yes" : "no"});
  };
  start();
  ClientForTest one = client();
  one.send(poll(""));
  const auto opened = one.answer();
  EXPECT_THAT(opened.head, HasSubstr("X-Opens: yes\r\n"));
  const std::string sid = sid_of(opened.body);
  one.send(post(sid, "40/a,") + poll(sid));
  EXPECT_THAT(one.answer().head, HasSubstr("X-Opens: no\r\n"));
  EXPECT_THAT(one.answer().head, HasSubstr("X-Opens: no\r\n"));
  ClientForTest ws = client();
  ws.send(upgrade(""));
  EXPECT_THAT(ws.answer().head, HasSubstr("X-Opens: yes\r\n"));
}

// --- transports ---

TEST_P(EngineRequestTest, OffersNoUpgradeWhenThereIsNone) {
  config_.transport.allow_upgrades = GetParam() != 1;
  config_.transport.transports.websocket = GetParam() == 1;
  start();
  ClientForTest one = client();
  one.send(poll(""));
  EXPECT_THAT(one.answer().body, HasSubstr(R"("upgrades":[])"));
}

TEST_P(EngineRequestTest, AnswersAnUpgradeAsAnyRequestWithoutWebSocket) {
  config_.transport.transports.websocket = false;
  start();
  ClientForTest ws = client();
  ws.send(upgrade(""));
  EXPECT_EQ(ws.answer().body, R"({"code":0,"message":"Transport unknown"})");
  ws.send(get("/health"));
  EXPECT_EQ(ws.answer().body, "healthy");
}

}  // namespace
}  // namespace crema::server
