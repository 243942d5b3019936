#include "crema/server/permission.h"

#include "crema/server/server_for_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <string>

namespace crema::server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class PermissionTest : public ServerTest {
 protected:
  // Refuses what says `no` in its query, with the text behind it.
  void decide_at_once() {
    config_.allow_request = [](const http::Request& request, const std::string&, Decide decide) {
      const size_t no = request.query().find("&no=");
      if (no == std::string_view::npos) return decide(std::nullopt);
      decide(std::string(request.query().substr(no + 4)));
    };
  }
  // Keeps each question for the test to answer, on a thread that is not the shard's.
  void decide_later() {
    config_.allow_request = [this](const http::Request&, const std::string&, Decide decide) {
      asked_.set_value(std::move(decide));
    };
  }
  Decide next_question() { return asked_.get_future().get(); }
  static std::string open(const std::string& more) {
    return get("/socket.io/?EIO=4&transport=polling" + more);
  }
  static std::string open_ws(const std::string& more) {
    std::string request = upgrade("");
    return request.insert(request.find(" HTTP"), more);
  }

  std::promise<Decide> asked_;
};

INSTANTIATE_TEST_SUITE_P(Shards, PermissionTest, testing::Values(1U, 2U));

TEST_P(PermissionTest, LetsInOrRefusesWithAMessage) {
  decide_at_once();
  start();
  ClientForTest one = client();
  one.send(open("") + open("&no=") + open("&no=go-away"));
  EXPECT_THAT(one.answer().body, StartsWith("0{"));
  const auto forbidden = one.answer();
  EXPECT_EQ(forbidden.status, 403U);
  EXPECT_EQ(forbidden.body, R"({"code":4,"message":"Forbidden"})");
  EXPECT_EQ(one.answer().body, R"({"code":4,"message":"go-away"})");
  ClientForTest ws = client();
  ws.send(open_ws("&no=go-away"));
  const auto refused = ws.answer();
  EXPECT_EQ(refused.status, 400U);
  EXPECT_EQ(refused.body, "go-away");
  EXPECT_TRUE(ws.at_end());
  ClientForTest in = client();
  in.send(open_ws(""));
  EXPECT_EQ(in.answer().status, 101U);
}

TEST_P(PermissionTest, IsAskedBeforeTheVersionAndAfterTheMethod) {
  decide_at_once();
  start();
  ClientForTest one = client();
  one.send(get("/socket.io/?EIO=3&transport=polling&no=no") +
           get("/socket.io/?EIO=3&transport=polling"));
  EXPECT_EQ(one.answer().body, R"({"code":4,"message":"no"})");
  EXPECT_EQ(one.answer().body, R"({"code":5,"message":"Unsupported protocol version"})");
  one.send("PUT /socket.io/?EIO=4&transport=polling&no=no HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(one.answer().body, R"({"code":2,"message":"Bad handshake method"})");
}

TEST_P(PermissionTest, IsNotAskedForRequestsOfASession) {
  int asked = 0;
  config_.allow_request = [&asked](const http::Request&, const std::string&, const Decide& decide) {
    ++asked;
    decide(std::nullopt);
  };
  start();
  ClientForTest one = client();
  const std::string sid = open_polling(one);
  one.send(post(sid, "40/a,") + poll(sid));
  EXPECT_EQ(one.answer().body, "ok");
  EXPECT_THAT(one.answer().body, StartsWith("40/a,"));
  ClientForTest ws = client();
  ws.send(upgrade(sid));
  EXPECT_EQ(ws.answer().status, 101U);
  stop();
  EXPECT_EQ(asked, 1);
}

TEST_P(PermissionTest, MayComeLater) {
  decide_later();
  start();
  ClientForTest one = client();
  one.send(open("") + get("/health"));
  const Decide decide = next_question();
  decide(std::nullopt);
  decide("too late: the first counts");
  EXPECT_THAT(one.answer().body, StartsWith("0{"));
  EXPECT_EQ(one.answer().body, "healthy");
}

TEST_P(PermissionTest, MayRefuseLater) {
  decide_later();
  start();
  ClientForTest one = client();
  one.send(open(""));
  next_question()("no");
  EXPECT_EQ(one.answer().body, R"({"code":4,"message":"no"})");
}

TEST_P(PermissionTest, KeepsTheFramesBehindAHandshakeThatWaits) {
  decide_later();
  start();
  ClientForTest ws = client();
  ws.send(open_ws("") + websocket::client_frame(websocket::Opcode::kText, "40/a,", 7));
  next_question()(std::nullopt);
  EXPECT_EQ(ws.answer().status, 101U);
  EXPECT_THAT(ws.frame(), StartsWith("0{"));
  EXPECT_THAT(ws.frame(), StartsWith("40/a,"));
}

TEST_P(PermissionTest, MayComeWhenNobodyWaitsAnyMore) {
  decide_later();
  start();
  ClientForTest one = client();
  one.send(open(""));
  const Decide decide = next_question();
  one.close();
  decide(std::nullopt);
  ClientForTest two = client();
  two.send(get("/health"));
  EXPECT_EQ(two.answer().body, "healthy");
}

TEST_P(PermissionTest, ClosesTheConnectionWhenItDoesNotCome) {
  decide_later();
  config_.request_deadline = std::chrono::milliseconds(400);
  start();
  ClientForTest one = client();
  one.send(open(""));
  const Decide decide = next_question();
  EXPECT_TRUE(one.at_end());
  decide(std::nullopt);
}

TEST_P(PermissionTest, AnswersAClientThatSendsNoMore) {
  decide_later();
  start();
  ClientForTest one = client();
  one.send(open(""));
  one.half_close();
  next_question()(std::nullopt);
  EXPECT_THAT(one.answer().body, StartsWith("0{"));
}

TEST_P(PermissionTest, ToldOfWhatWasRefusedIsTheProgram) {
  decide_at_once();
  config_.on_connection_error = [this](const http::Request&,
                                       const transport::ConnectionError& error) {
    std::string line = std::to_string(error.code) + " " + error.message;
    for (const auto& [key, value] : error.context) line += " " + key + "=" + value;
    log_.add(line);
  };
  start();
  ClientForTest one = client();
  one.send(open("&no=no") + get("/socket.io/?transport=x") + poll("y"));
  EXPECT_TRUE(log_.wait_for("4 no message=no"));
  EXPECT_TRUE(log_.wait_for("0 Transport unknown transport=x"));
  EXPECT_TRUE(log_.wait_for("1 Session ID unknown sid=y"));
}

}  // namespace
}  // namespace crema::server
