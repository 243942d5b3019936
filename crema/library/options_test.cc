// What Options say, as a raw client sees it.
#include "crema/library/library_for_test.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace crema {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class OptionsTest : public testing::Test {
 protected:
  void start() {
    io_ = std::make_unique<Server>(options_);
    ASSERT_EQ(io_->listen(0, "127.0.0.1"), std::nullopt);
    io_->start();
  }
  server::ClientForTest::Answer ask(const std::string& target, const std::string& headers = "",
                                    const std::string& method = "GET") {
    server::ClientForTest client(io_->port());
    client.send(method + " " + target + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n");
    return client.answer();
  }
  static std::string polling(const std::string& path = "/socket.io/") {
    return path + "?EIO=4&transport=polling";
  }
  static std::string websocket() {
    return "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\n"
           "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  }

  Options options_;
  std::unique_ptr<Server> io_;
};

TEST_F(OptionsTest, ARequestIsLetInOrRefusedWithTheProgramsWords) {
  options_.allow_request = [](const HttpRequest& request, const Next& next) {
    EXPECT_EQ(request.address, "127.0.0.1");
    const auto token = request.header("x-token");
    token == "good" ? next() : next(Error{token ? "bad token" : ""});
  };
  start();
  EXPECT_EQ(ask(polling(), "X-Token: good\r\n").status, 200U);
  const auto refused = ask(polling(), "X-TOKEN: other\r\n");
  EXPECT_EQ(refused.status, 403U);
  EXPECT_EQ(refused.body, R"({"code":4,"message":"bad token"})");
  EXPECT_EQ(ask(polling()).body, R"({"code":4,"message":"Forbidden"})");
}

TEST_F(OptionsTest, ARequestMayBeDecidedLaterOnAnyThreadForWebSocketsToo) {
  std::mutex mutex;
  std::vector<std::thread> deciders;
  options_.allow_request = [&](const HttpRequest& request, const Next& next) {
    const bool good = request.header("x-token").has_value();
    const std::lock_guard lock(mutex);
    deciders.emplace_back([next, good] {
      good ? next() : next(Error{"no"});
      next(Error{"too late"});
    });
  };
  start();
  EXPECT_EQ(ask(polling(), "X-Token: 1\r\n").status, 200U);
  server::ClientForTest client(io_->port());
  client.send(websocket());
  const auto refused = client.answer();
  EXPECT_EQ(refused.status, 400U);
  EXPECT_THAT(refused.body, HasSubstr("no"));
  for (std::thread& each : deciders) each.join();
}

TEST_F(OptionsTest, ARuleThatThrowsRefusesAndOneThatOutlivesTheServerIsHarmless) {
  std::promise<Next> kept;
  options_.allow_request = [&kept](const HttpRequest& request, const Next& next) {
    if (request.header("x-throw")) throw std::runtime_error("it cannot");
    kept.set_value(next);
  };
  start();
  EXPECT_EQ(ask(polling(), "X-Throw: 1\r\n").status, 403U);
  server::ClientForTest client(io_->port());
  client.send("GET " + polling() + " HTTP/1.1\r\nHost: x\r\n\r\n");
  const Next next = kept.get_future().get();
  io_.reset();
  next();
}

TEST_F(OptionsTest, TheCookieIsSetByTheFirstAnswerOnly) {
  CookieOptions cookie;
  cookie.name = "node";
  cookie.same_site = CookieOptions::SameSite::kStrict;
  cookie.max_age = std::chrono::seconds(60);
  options_.cookie = cookie;
  start();
  const auto first = ask(polling());
  EXPECT_THAT(first.head, HasSubstr("Set-Cookie: node="));
  EXPECT_THAT(first.head, HasSubstr("Max-Age=60"));
  EXPECT_THAT(first.head, HasSubstr("HttpOnly; SameSite=Strict"));
  const std::string sid = first.body.substr(first.body.find(R"("sid":")") + 7, 20);
  EXPECT_THAT(ask(polling() + "&sid=" + sid, "", "PUT").head, Not(HasSubstr("Set-Cookie")));
}

TEST_F(OptionsTest, TheCookieHasWhateverAttributesAreSet) {
  CookieOptions cookie;
  cookie.path = std::nullopt;
  cookie.domain = "example.com";
  cookie.expires = std::chrono::system_clock::from_time_t(0) + std::chrono::milliseconds(1500);
  cookie.http_only = false;
  cookie.secure = true;
  cookie.partitioned = true;
  cookie.priority = CookieOptions::Priority::kHigh;
  cookie.same_site = CookieOptions::SameSite::kNone;
  options_.cookie = cookie;
  start();
  EXPECT_THAT(ask(polling()).head,
              HasSubstr("; Domain=example.com; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Secure; "
                        "Partitioned; Priority=High; SameSite=None\r\n"));
}

TEST_F(OptionsTest, APreflightMayGoOnWithItsHeaders) {
  options_.cors = CorsOptions{.origins = {"*"}, .preflight_continue = true};
  start();
  const auto answer = ask(polling(), "Origin: http://a.b\r\n", "OPTIONS");
  EXPECT_EQ(answer.status, 400U);
  EXPECT_EQ(answer.body, R"({"code":2,"message":"Bad handshake method"})");
  EXPECT_THAT(answer.head, HasSubstr("Access-Control-Allow-Methods: GET,HEAD,PUT"));
}

TEST_F(OptionsTest, MiddlewaresSeeEveryRequestInOrderAndMayRefuseIt) {
  std::vector<std::string> seen;
  options_.middlewares.emplace_back([&seen](const HttpRequest& request, const Next& next) {
    seen.push_back(request.method + " " + request.address);
    next();
  });
  options_.middlewares.emplace_back([](const HttpRequest& request, const Next& next) {
    if (request.header("x-throw")) throw std::runtime_error("it cannot");
    request.header("x-bad") ? next(Error{"for nobody"}) : next();
  });
  start();
  const auto first = ask(polling());
  EXPECT_EQ(first.status, 200U);
  const std::string sid = first.body.substr(9, 20);
  EXPECT_EQ(ask(polling() + "&sid=" + sid, "Content-Length: 0\r\n", "POST").body, "ok");
  constexpr const char* kBadRequest = R"({"code":3,"message":"Bad request"})";
  EXPECT_EQ(ask(polling(), "X-Bad: 1\r\n").body, kBadRequest);
  EXPECT_EQ(ask(polling(), "X-Throw: 1\r\n").body, kBadRequest);
  io_.reset();
  EXPECT_THAT(seen, testing::ElementsAre("GET 127.0.0.1", "POST 127.0.0.1", "GET 127.0.0.1",
                                         "GET 127.0.0.1"));
}

TEST_F(OptionsTest, IdsOfSessionsMayBeTheProgramsOwnNowOrLater) {
  std::thread later;
  options_.generate_id = [&later](const HttpRequest& request,
                                  const std::function<void(std::string)>& made) {
    if (request.header("x-throw")) throw std::runtime_error("it cannot");
    const std::string wanted(request.header("x-id").value_or(""));
    later = std::thread([made, wanted] { made(wanted); });
    later.join();
  };
  start();
  EXPECT_THAT(ask(polling(), "X-Id: my-own-id\r\n").body, StartsWith(R"(0{"sid":"my-own-id",)"));
  constexpr const char* kBadRequest = R"({"code":3,"message":"Bad request"})";
  EXPECT_EQ(ask(polling(), "X-Id: my-own-id\r\n").body, kBadRequest) << "it is another's";
  EXPECT_EQ(ask(polling()).body, kBadRequest);
  EXPECT_EQ(ask(polling(), "X-Throw: 1\r\n").body, kBadRequest);
}

TEST_F(OptionsTest, AnInitialPacketLeavesWithTheFirstAnswer) {
  options_.initial_packet = "welcome";
  start();
  EXPECT_THAT(ask(polling()).body, testing::EndsWith("\x1e"
                                                     "4welcome"));
}

TEST_F(OptionsTest, EverySessionThatOpensIsToldOf) {
  std::vector<std::string> told;
  options_.on_engine_connection = [&told](const HttpRequest& request) {
    told.push_back(request.query + " " + request.address);
  };
  start();
  (void)ask(polling());
  (void)ask("/socket.io/?EIO=4&transport=tin-can");
  io_.reset();
  EXPECT_THAT(told, testing::ElementsAre("EIO=4&transport=polling 127.0.0.1"));
}

TEST_F(OptionsTest, AreShownByTheServer) {
  options_.path = "/live";
  options_.connect_timeout = std::chrono::seconds(3);
  const Server io(options_);
  EXPECT_EQ(io.options().path, "/live/");
  EXPECT_EQ(io.options().connect_timeout, std::chrono::seconds(3));
  EXPECT_TRUE(io.options().serve_client);
}

TEST_F(OptionsTest, AHeartbeatsTimesAndTheLargestBodyAreToldToClients) {
  options_.ping_interval = std::chrono::milliseconds(1234);
  options_.ping_timeout = std::chrono::milliseconds(567);
  options_.max_http_buffer_size = 89;
  start();
  const auto first = ask(polling());
  EXPECT_THAT(first.body, HasSubstr(R"("pingInterval":1234,"pingTimeout":567,"maxPayload":89})"));
  const std::string sid = first.body.substr(9, 20);
  const auto refused = ask(polling() + "&sid=" + sid, "Content-Length: 90\r\n", "POST");
  EXPECT_EQ(refused.status, 413U);
}

TEST_F(OptionsTest, AnUpgradeHasTheTimeThatIsSet) {
  options_.upgrade_timeout = std::chrono::milliseconds(50);
  start();
  const std::string sid = ask(polling()).body.substr(9, 20);
  server::ClientForTest client(io_->port());
  std::string request = websocket();
  client.send(request.insert(request.find(" HTTP"), "&sid=" + sid));
  EXPECT_EQ(client.answer().status, 101U);
  client.send_text("2probe");
  EXPECT_EQ(client.frame(), "3probe");
  EXPECT_EQ(client.frame(), "close:");
  EXPECT_EQ(ask(polling() + "&sid=" + sid, "Content-Length: 1\r\n\r\n6", "POST").body, "ok");
}

TEST_F(OptionsTest, EveryFormOfCors) {
  struct Case {
    std::function<void(CorsOptions&)> set;
    std::string expected;  // For the origin http://a.b; empty: none.
  };
  const std::vector<Case> cases = {
      {[](CorsOptions& c) { c.origins = {"*"}; }, "Access-Control-Allow-Origin: *\r\n"},
      {[](CorsOptions& c) {
         c.origins = {"http://a.b", "http://c"};
       },
       "Access-Control-Allow-Origin: http://a.b\r\n"},
      {[](CorsOptions& c) { c.origins = {"http://c"}; }, ""},
      {[](CorsOptions& c) { c.reflect = true; }, "Access-Control-Allow-Origin: http://a.b\r\n"},
      {[](CorsOptions& c) { c.allow = [](std::string_view o) { return o.ends_with(".b"); }; },
       "Access-Control-Allow-Origin: http://a.b\r\n"},
      {[](CorsOptions& c) { c.allow = [](std::string_view) { return false; }; }, ""},
      {[](CorsOptions& c) { c.reflect = c.credentials = true; },
       "Access-Control-Allow-Credentials: true\r\n"},
      {[](CorsOptions& c) {
         c.reflect = true;
         c.exposed_headers = {"X-A", "X-B"};
       },
       "Access-Control-Expose-Headers: X-A,X-B\r\n"},
  };
  for (size_t i = 0; i < cases.size(); ++i) {
    options_.cors.emplace();
    cases[i].set(*options_.cors);
    start();
    const std::string head = ask(polling(), "Origin: http://a.b\r\n").head;
    if (cases[i].expected.empty()) {
      EXPECT_THAT(head, Not(HasSubstr("Access-Control-Allow-Origin"))) << i;
    } else {
      EXPECT_THAT(head, HasSubstr(cases[i].expected)) << i;
    }
  }
  options_.cors = CorsOptions{.origins = {"*"},
                              .methods = {"GET"},
                              .allowed_headers = {"X-T"},
                              .max_age = std::chrono::seconds(9),
                              .options_success_status = 200};
  start();
  const auto preflight = ask(polling(), "Origin: http://a.b\r\n", "OPTIONS");
  EXPECT_EQ(preflight.status, 200U);
  for (const char* line : {"Access-Control-Allow-Methods: GET\r\n", "Access-Control-Max-Age: 9\r\n",
                           "Access-Control-Allow-Headers: X-T\r\n"}) {
    EXPECT_THAT(preflight.head, HasSubstr(line));
  }
}

TEST_F(OptionsTest, TransportsAndUpgradesMayBeLeftOut) {
  options_.transports.polling = false;
  start();
  EXPECT_EQ(ask(polling()).body, R"({"code":0,"message":"Transport unknown"})");
  options_.transports = {.polling = true, .websocket = false};
  start();
  EXPECT_THAT(ask(polling()).body, HasSubstr(R"("upgrades":[])"));
  server::ClientForTest client(io_->port());
  client.send(websocket());
  EXPECT_NE(client.answer().status, 101U);
  options_.transports = {};
  options_.allow_upgrades = false;
  start();
  EXPECT_THAT(ask(polling()).body, HasSubstr(R"("upgrades":[])"));
}

TEST_F(OptionsTest, LargePollingAnswersAreCompressedFromTheSizeGiven) {
  options_.http_compression = 10;
  start();
  EXPECT_THAT(ask(polling(), "Accept-Encoding: gzip\r\n").head,
              HasSubstr("Content-Encoding: gzip"));
  options_.http_compression = std::nullopt;
  start();
  EXPECT_THAT(ask(polling(), "Accept-Encoding: gzip\r\n").head, Not(HasSubstr("Content-Encoding")));
}

TEST_F(OptionsTest, ThePathIsTheProgramsWithOrWithoutItsLastSlash) {
  options_.path = "/live";
  start();
  EXPECT_EQ(ask(polling("/live/")).status, 200U);
  EXPECT_EQ(ask(polling("/live")).status, 404U);
  EXPECT_EQ(ask(polling()).status, 404U);
  options_.add_trailing_slash = false;
  start();
  EXPECT_EQ(ask(polling("/live")).status, 200U);
  EXPECT_EQ(ask(polling("/live/")).status, 200U);
  EXPECT_EQ(ask("/live/socket.io.js").status, 200U);
}

TEST_F(OptionsTest, RefusalsAreToldAndHeadersMayBeAdded) {
  std::vector<std::string> told;
  options_.on_connection_error = [&told](const ConnectionError& error) {
    told.push_back(std::to_string(error.code) + " " + error.message + " " + error.request.path);
  };
  options_.headers = [](const HttpRequest&, HttpHeaders& headers, bool is_first) {
    headers.emplace_back("X-First", is_first ? "yes" : "no");
  };
  start();
  EXPECT_THAT(ask(polling()).head, HasSubstr("X-First: yes"));
  (void)ask("/socket.io/?EIO=4&transport=tin-can");
  io_.reset();
  EXPECT_THAT(told, testing::ElementsAre("0 Transport unknown /socket.io/"));
}

TEST_F(OptionsTest, AClientThatAsksForNoNamespaceInTimeIsClosed) {
  options_.connect_timeout = std::chrono::milliseconds(50);
  start();
  server::ClientForTest client(io_->port());
  client.send(websocket());
  EXPECT_EQ(client.answer().status, 101U);
  (void)client.frame();
  EXPECT_EQ(client.frame(), "close:");
}

TEST_F(OptionsTest, WhatWaitsForAllClientsTogetherIsBounded) {
  constexpr size_t kEvents = 20;
  constexpr size_t kEventBytes = 1 << 20;
  options_.max_queued_bytes = 2 * kEvents * kEventBytes;
  options_.max_total_queued_bytes = kEvents * kEventBytes / 2;
  start();
  io_->on("flood", [this](Socket socket) {
    for (size_t i = 0; i < kEvents; ++i) socket.emit("drop", std::string(kEventBytes, 'x'));
    io_->emit("flooded");
  });
  io_->on("ask", [] { return std::string("here"); });
  std::promise<void> dropped;
  io_->on("disconnect", [&dropped](const std::string& reason) {
    if (reason == "slow client") dropped.set_value();
  });

  server::ClientForTest reader = open_websocket(io_->port());
  reader.send_text("40");
  EXPECT_THAT(reader.frame(), StartsWith("40"));
  server::ClientForTest slow(io_->port(), server::ClientForTest::ReceiveBuffer::kSmall);
  slow.send(websocket());
  slow.send_text("40");
  slow.send_text(R"(42["flood"])");
  ASSERT_EQ(dropped.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
  EXPECT_EQ(reader.frame(), R"(42["flooded"])");
  reader.send_text(R"(421["ask"])");
  EXPECT_EQ(reader.frame(), R"(431["here"])") << "who reads stays";
}

// --- dynamic namespaces that are decided later ---

using DynamicTest = LibraryTest;
INSTANTIATE_TEST_SUITE_P(Threads, DynamicTest, testing::Values(1U, 3U));

TEST_P(DynamicTest, ANamespaceMayBeAllowedLaterOnAnyThread) {
  std::mutex mutex;
  std::vector<std::thread> deciders;
  const Namespace dynamic = io_.of([&](std::string_view name, const Value& auth, const Next& next) {
    const bool good = name.starts_with("/room-") && auth.member("key").as_string() == "k";
    const std::lock_guard lock(mutex);
    deciders.emplace_back([good, next] { good ? next() : next(Error{"no"}); });
  });
  dynamic.on("where", [](Socket socket) { return socket.nsp(); });
  start();
  auto client = open();
  client.send_text(R"(40/room-1,{"key":"k"})");
  client.send_text(R"(42/room-1,1["where"])");  // Waits for the answer.
  EXPECT_THAT(client.frame(), StartsWith(R"(40/room-1,{"sid":")"));
  EXPECT_EQ(client.frame(), R"(43/room-1,1["/room-1"])");
  client.send_text("40/other,");
  EXPECT_EQ(client.frame(), R"(44/other,{"message":"Invalid namespace"})");
  client.send_text(R"(40/room-2,{"key":"x"})");
  EXPECT_EQ(client.frame(), R"(44/room-2,{"message":"Invalid namespace"})");
  for (std::thread& each : deciders) each.join();
}

TEST_P(DynamicTest, ParentsAreAskedInOrderUntilOneAllows) {
  io_.of([](std::string_view, const Value&, const Next& next) { next(Error{}); });
  io_.of([](std::string_view, const Value&, const Next&) { throw std::runtime_error("broken"); });
  io_.of([](std::string_view name, const Value&) { return name == "/a"; }).on("who", [] {
    return std::string("third");
  });
  io_.of_pattern("/.*").on("who", [] { return std::string("fourth"); });
  start();
  for (const auto& [nsp, who] : {std::pair("/a", "third"), std::pair("/b", "fourth")}) {
    auto client = connect(nsp);
    client.send_text("42" + std::string(nsp) + ",1[\"who\"]");
    EXPECT_EQ(client.frame(), "43" + std::string(nsp) + ",1[\"" + who + "\"]");
  }
}

TEST_P(DynamicTest, TwoClientsThatAskAtOnceShareOneChild) {
  constexpr size_t kClients = 2;
  std::mutex mutex;
  std::vector<Next> asked;
  std::promise<void> all_asked;
  std::atomic<int> made = 0;
  io_.on_new_namespace([&made](Namespace) { ++made; });
  io_.of([&](std::string_view, const Value&, const Next& next) {
    const std::lock_guard lock(mutex);
    asked.push_back(next);
    if (asked.size() == kClients) all_asked.set_value();
  });
  start();
  server::ClientForTest one = open();
  server::ClientForTest two = open();
  one.send_text("40/child,");
  two.send_text("40/child,");
  all_asked.get_future().get();
  std::vector<std::thread> deciders;
  for (const Next& next : asked) deciders.emplace_back(next);
  for (std::thread& each : deciders) each.join();
  EXPECT_THAT(one.frame(), StartsWith("40/child,"));
  EXPECT_THAT(two.frame(), StartsWith("40/child,"));
  EXPECT_EQ(made, 1);
  io_.of("/child").emit("both");
  EXPECT_EQ(one.frame(), R"(42/child,["both"])");
  EXPECT_EQ(two.frame(), R"(42/child,["both"])");
}

TEST_P(DynamicTest, AClientThatLeavesBeforeTheDecisionIsForgotten) {
  std::promise<Next> kept;
  io_.of([&kept](std::string_view, const Value&, const Next& next) { kept.set_value(next); });
  std::promise<void> left;
  io_.on("disconnect", [&left] { left.set_value(); });
  start();
  auto client = connect();
  client.send_text("40/later,");
  const Next next = kept.get_future().get();
  client.reset();
  left.get_future().get();
  next();
  EXPECT_EQ(io_.of("/later").size(), 0U);
}

}  // namespace
}  // namespace crema
