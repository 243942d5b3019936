// What the program does with requests and ids: Config::middlewares and generate_id.
#include "crema/server/server_for_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <string>

namespace crema::server {
namespace {

using testing::StartsWith;
using OnId = std::function<void(std::optional<std::string>)>;

constexpr std::string_view kBadRequest = R"({"code":3,"message":"Bad request"})";

class MiddlewareTest : public ServerTest {
 protected:
  // Refuses what says `no` in its query.
  void add_middleware() {
    config_.middlewares.emplace_back(
        [this](const http::Request& request, const std::string&, const Decide& next) {
          ++seen_;
          if (request.query().find("&no") == std::string_view::npos) return next(std::nullopt);
          next("no");
        });
  }
  static std::string open_and(const std::string& more) {
    return get("/socket.io/?EIO=4&transport=polling" + more);
  }
  void generate(std::optional<std::string> id) {
    config_.generate_id = [id](const http::Request&, const OnId& made) { made(id); };
  }

  std::atomic<int> seen_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Shards, MiddlewareTest, testing::Values(1U, 2U));

TEST_P(MiddlewareTest, SeesEveryRequestOnce) {
  add_middleware();
  start();
  ClientForTest one = client();
  const std::string sid = open_polling(one);
  EXPECT_EQ(seen_, 1);
  ClientForTest two = client();
  two.send(post(sid, "40/a,") + poll(sid));
  EXPECT_EQ(two.answer().body, "ok");
  EXPECT_THAT(two.answer().body, StartsWith("40/a,"));
  EXPECT_EQ(seen_, 3) << "on whatever shard they came";
  ClientForTest ws = client();
  ws.send(upgrade(sid));
  EXPECT_EQ(ws.answer().status, 101U);
  EXPECT_EQ(seen_, 4);
  one.send(get("/health"));
  EXPECT_EQ(one.answer().body, "healthy");
  EXPECT_EQ(seen_, 4) << "it is asked below the path only";
}

TEST_P(MiddlewareTest, RefusesWithCodeThreeBeforeAnythingElseIsLookedAt) {
  add_middleware();
  config_.on_connection_error = [this](const http::Request&,
                                       const transport::ConnectionError& error) {
    log_.add(std::to_string(error.code) + " " + error.context[0].second);
  };
  start();
  ClientForTest one = client();
  one.send(open_and("&no") + get("/socket.io/?transport=x&no"));
  const auto refused = one.answer();
  EXPECT_EQ(refused.status, 400U);
  EXPECT_EQ(refused.body, kBadRequest);
  EXPECT_EQ(one.answer().body, kBadRequest);
  EXPECT_TRUE(log_.wait_for("3 MIDDLEWARE_FAILURE"));
  ClientForTest ws = client();
  std::string request = upgrade("");
  ws.send(request.insert(request.find(" HTTP"), "&no"));
  const auto bare = ws.answer();
  EXPECT_EQ(bare.status, 400U);
  EXPECT_EQ(bare.body, "Bad request");
  EXPECT_TRUE(ws.at_end());
}

TEST_P(MiddlewareTest, RefusedRequestsOfASessionLeaveItAlone) {
  add_middleware();
  start();
  ClientForTest one = client();
  const std::string sid = open_polling(one);
  one.send(post(sid + "&no", "40/a,") + post(sid, "40/a,") + poll(sid));
  EXPECT_EQ(one.answer().body, kBadRequest);
  EXPECT_EQ(one.answer().body, "ok");
  EXPECT_THAT(one.answer().body, StartsWith("40/a,"));
}

TEST_P(MiddlewareTest, RunInOrderAndTheFirstWordCounts) {
  config_.middlewares.emplace_back(
      [this](const http::Request&, const std::string&, const Decide& next) {
        log_.add("first");
        next(std::nullopt);
        next(std::nullopt);
        next("too late");
      });
  add_middleware();
  start();
  ClientForTest one = client();
  const std::string sid = open_polling(one);
  EXPECT_EQ(sid.size(), 20U);
  EXPECT_TRUE(log_.wait_for("first"));
  EXPECT_EQ(seen_, 1) << "a second next() changes nothing";
}

TEST_P(MiddlewareTest, MayDecideLaterWhenTheSessionIsGone) {
  std::promise<Decide> asked;
  config_.middlewares.emplace_back(
      [&](const http::Request& request, const std::string&, const Decide& next) {
        if (request.query().find("&wait") == std::string_view::npos) return next(std::nullopt);
        asked.set_value(next);
      });
  start();
  ClientForTest one = client();
  const std::string sid = open_polling(one);
  ClientForTest two = client();
  two.send(poll(sid + "&wait"));
  const Decide next = asked.get_future().get();
  one.send(post(sid, "1"));
  EXPECT_EQ(one.answer().body, "ok");
  next(std::nullopt);
  EXPECT_EQ(two.answer().body, R"({"code":1,"message":"Session ID unknown"})");
}

// --- ids ---

TEST_P(MiddlewareTest, AnIdMayBeTheProgramsOwn) {
  generate("my-id_1");
  start();
  ClientForTest one = client();
  one.send(poll(""));
  const std::string opened = one.answer().body;
  const std::string sid = opened.substr(9, opened.find('"', 9) - 9);
  EXPECT_EQ(GetParam() == 1 ? sid : sid.substr(1), "my-id_1");
  ClientForTest two = client();
  two.send(post(sid, "40/a,") + poll(sid));
  EXPECT_EQ(two.answer().body, "ok") << sid;
  EXPECT_THAT(two.answer().body, StartsWith("40/a,"));
}

TEST_P(MiddlewareTest, AnIdThatIsTakenOrNoneIsRefused) {
  generate("same");
  start();
  std::vector<ClientForTest> all;
  int refused = 0;
  for (unsigned i = 0; i < 3 * GetParam(); ++i) {
    all.push_back(client());
    all.back().send(poll(""));
    const std::string body = all.back().answer().body;
    if (body == kBadRequest) ++refused;
  }
  EXPECT_GE(refused, static_cast<int>(2 * GetParam())) << "one a shard";
}

TEST_P(MiddlewareTest, ABadIdIsRefused) {
  for (const auto& bad : {std::optional<std::string>(), std::optional<std::string>("a\"b")}) {
    generate(bad);
    config_.on_connection_error = [this](const http::Request&,
                                         const transport::ConnectionError& error) {
      log_.add(error.context[0].second);
    };
    start();
    ClientForTest one = client();
    one.send(poll(""));
    EXPECT_EQ(one.answer().body, kBadRequest);
    EXPECT_TRUE(log_.wait_for("ID_GENERATION_ERROR"));
    stop();
  }
}

TEST_P(MiddlewareTest, AnIdMayComeLater) {
  std::promise<OnId> asked;
  config_.generate_id = [&](const http::Request&, const OnId& made) { asked.set_value(made); };
  start();
  ClientForTest ws = client();
  ws.send(upgrade("") + websocket::client_frame(websocket::Opcode::kText, "40/a,", 7));
  asked.get_future().get()("later");
  EXPECT_EQ(ws.answer().status, 101U);
  EXPECT_THAT(ws.frame(), testing::HasSubstr("later"));
  EXPECT_THAT(ws.frame(), StartsWith("40/a,"));
}

}  // namespace
}  // namespace crema::server
