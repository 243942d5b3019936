#include "crema/app/admin.h"

#include "crema/base/counter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crema::app {
namespace {

using ::testing::ContainsRegex;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kToken = "0123456789abcdef";

class AdminTest : public ::testing::Test {
 protected:
  [[nodiscard]] AdminHooks hooks() {
    return {.why_not_live = [this] { return not_live_; },
            .why_not_ready = [this] { return not_ready_; },
            .uptime = [] { return std::chrono::seconds(61); },
            .publish = {},
            .default_site = "site1"};
  }

  [[nodiscard]] AdminHooks hooks_with_publish() {
    AdminHooks with = hooks();
    with.publish =
        [this](
            std::vector<std::string> envelopes) -> base::Result<std::vector<size_t>, std::string> {
      published_ = std::move(envelopes);
      if (published_.size() > 2) return base::fail(std::string("not \"now\""));
      return std::vector<size_t>(published_.size(), 3);
    };
    return with;
  }

  [[nodiscard]] Admin admin() {
    return Admin({{"socketio_port", "9000", "default"}}, {}, std::string(kToken), hooks());
  }

  static http::Request request(std::string method, std::string target) {
    http::Request result;
    result.method = std::move(method);
    result.target = std::move(target);
    return result;
  }

  static http::Request with_token(std::string_view token) {
    http::Request result = request("GET", "/live");
    result.headers.push_back({"Authorization", std::string("Bearer ").append(token)});
    return result;
  }

  http::Response get(const std::string& target) {
    return admin().handle(request("GET", target), AdminAccess::kUnixSocket);
  }

  std::string not_live_;
  std::string not_ready_;
  std::vector<std::string> published_;
};

TEST_F(AdminTest, IsLiveAndReadyWhenNothingSpeaksAgainstIt) {
  EXPECT_EQ(get("/live").status, 200U);
  EXPECT_EQ(get("/live").body, "ok\n");
  EXPECT_EQ(get("/ready").status, 200U);
}

TEST_F(AdminTest, SaysWhyItIsNotReady) {
  not_ready_ = "redis: connection refused";
  EXPECT_EQ(get("/ready").status, 503U);
  EXPECT_EQ(get("/ready").body, "redis: connection refused\n");
  EXPECT_EQ(get("/live").status, 200U);
}

TEST_F(AdminTest, SaysWhyItIsNotLive) {
  not_live_ = "shard 0 is stuck";
  EXPECT_EQ(get("/live").status, 503U);
}

TEST_F(AdminTest, ShowsTheCountersThatExist) {
  static const base::Counter counter{"crema_admin_test_total", "", "A counter of this test."};
  counter.add(7);
  const http::Response response = get("/metrics");
  EXPECT_EQ(response.status, 200U);
  EXPECT_THAT(response.body, HasSubstr("crema_admin_test_total 7"));
  // 0 under a sanitizer, which has an allocator of its own.
  EXPECT_THAT(response.body, ContainsRegex("\ncrema_heap_bytes\\{state=\"used\"\\} [0-9]"));
  EXPECT_EQ(response.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
}

TEST_F(AdminTest, InfoIsOneJsonObject) {
  const http::Response response = get("/info?pretty");
  EXPECT_EQ(response.status, 200U);
  EXPECT_EQ(response.body,
            "{\"version\":\"0.1.0\",\"uptime_seconds\":61,\"settings\":"
            "{\"socketio_port\":{\"value\":\"9000\",\"source\":\"default\"}},\"limits\":{}}\n");
}

TEST_F(AdminTest, KnowsNoOtherPath) {
  EXPECT_EQ(get("/").status, 404U);
  EXPECT_EQ(get("/live/").status, 404U);
}

TEST_F(AdminTest, RefusesTheWrongMethodAndNamesTheRightOne) {
  const auto response = admin().handle(request("POST", "/info"), AdminAccess::kUnixSocket);
  EXPECT_EQ(response.status, 405U);
  EXPECT_EQ(response.header("Allow"), "GET, HEAD");
}

TEST_F(AdminTest, PublishesOnlyWhereThereIsAPublisher) {
  http::Request post = request("POST", "/api/publish");
  post.body = R"({"event":"x","room":"r"})";
  EXPECT_EQ(admin().handle(post, AdminAccess::kUnixSocket).status, 404U);

  const Admin demo({}, {}, "", hooks_with_publish());
  const auto response = demo.handle(post, AdminAccess::kUnixSocket);
  EXPECT_EQ(response.status, 200U);
  EXPECT_EQ(response.body, "{\"ok\":true,\"sockets\":3}\n");
  EXPECT_THAT(published_,
              ElementsAre(R"({"event":"x","message":{},"namespace":"site1","room":"r"})"));
  EXPECT_EQ(demo.handle(request("GET", "/api/publish"), AdminAccess::kUnixSocket).status, 405U);
}

TEST_F(AdminTest, PublishesABatchAndCountsTheSocketsOfEach) {
  const Admin demo({}, {}, "", hooks_with_publish());
  http::Request post = request("POST", "/api/publish");
  post.body = R"([{"event":"x","user":"a"},{"event":"y","user":"b"}])";
  const auto response = demo.handle(post, AdminAccess::kUnixSocket);
  EXPECT_EQ(response.body, "{\"ok\":true,\"sockets\":[3,3]}\n");
  EXPECT_THAT(published_, ElementsAre(HasSubstr("user:a"), HasSubstr("user:b")));
}

TEST_F(AdminTest, SaysWhyAnEventWasRefused) {
  const Admin demo({}, {}, "", hooks_with_publish());
  http::Request post = request("POST", "/api/publish");
  post.body = R"({"event":"x"})";
  const auto response = demo.handle(post, AdminAccess::kUnixSocket);
  EXPECT_EQ(response.status, 400U);
  EXPECT_THAT(response.body, HasSubstr(R"({"ok":false,"error":"the event: say to whom: )"));
  EXPECT_THAT(published_, IsEmpty());

  post.body = R"([{"event":"x","room":"r"},{"event":"x","room":"r"},{"event":"x","room":"r"}])";
  EXPECT_EQ(demo.handle(post, AdminAccess::kUnixSocket).body,
            "{\"ok\":false,\"error\":\"not \\\"now\\\"\"}\n");
}

TEST_F(AdminTest, InfoShowsTheLimitsInForce) {
  AdminHooks with = hooks();
  const auto limits = [](std::string value) -> std::vector<LimitGroup> {
    return {{"Requests", {{"headers_max", std::move(value), "http_headers_max", "", "431"}}}};
  };
  Admin admin({}, limits("7"), "", with);
  const auto info = [&] {
    return admin.handle(request("GET", "/info"), AdminAccess::kUnixSocket).body;
  };
  EXPECT_THAT(info(), HasSubstr(R"("limits":{"headers_max":"7"})"));
  admin.set_info({{"crema.http_headers_max", "8", "a file"}}, limits("8"));
  EXPECT_THAT(info(), HasSubstr(R"("limits":{"headers_max":"8"})"));
  EXPECT_THAT(info(), HasSubstr(R"("crema.http_headers_max":{"value":"8","source":"a file"})"));
}

TEST_F(AdminTest, ShowsAPageOfWhatIsConnected) {
  AdminHooks with = hooks();
  PageQuery asked;
  with.connections = [&asked](const PageQuery& query) -> AdminHooks::Rows {
    asked = query;
    return std::vector<Row>{{"b", "{\"id\":\"b\"}"}, {"a", "{\"id\":\"a\"}"}, {"c", "{}"}};
  };
  const Admin paged({}, {}, "", with);
  const auto get_page = [&](const std::string& target) {
    return paged.handle(request("GET", target), AdminAccess::kUnixSocket);
  };
  EXPECT_EQ(get_page("/connections?site=s&user=u%40x&after=0&limit=2").body,
            "{\"connections\":[{\"id\":\"a\"},{\"id\":\"b\"}],\"next\":\"b\"}\n");
  EXPECT_EQ(asked.site, "s");
  EXPECT_EQ(asked.user, "u@x");
  EXPECT_EQ(asked.after, "0");
  EXPECT_THAT(get_page("/connections").body, HasSubstr("\"next\":null"));
  for (const char* bad : {"0", "1001", "x", "", "-1", "5x"}) {
    EXPECT_EQ(get_page(std::string("/connections?limit=") + bad).status, 400U) << bad;
  }
  EXPECT_EQ(get_page("/api/rooms").status, 404U) << "there is no hook for it";
}

TEST_F(AdminTest, RoomsAreOfOneSite) {
  AdminHooks with = hooks();
  with.rooms = [](const PageQuery& query) -> AdminHooks::Rows {
    if (query.site == "stuck") return base::fail(std::string("no answer"));
    return room_rows({{"all", 1}, {"website", 2}, {"all", 3}}, query);
  };
  const Admin paged({}, {}, "", with);
  const auto get_page = [&](const std::string& target) {
    return paged.handle(request("GET", target), AdminAccess::kUnixSocket);
  };
  EXPECT_EQ(get_page("/api/rooms").body,
            "{\"rooms\":[{\"room\":\"all\",\"sockets\":4},{\"room\":\"website\",\"sockets\":2}],"
            "\"next\":null}\n");
  EXPECT_THAT(get_page("/api/rooms?limit=1").body, HasSubstr("\"next\":\"all\""));
  EXPECT_EQ(get_page("/api/rooms?site=stuck").status, 503U);
  with.default_site = "";
  EXPECT_EQ(
      Admin({}, {}, "", with).handle(request("GET", "/api/rooms"), AdminAccess::kUnixSocket).status,
      400U);
}

TEST_F(AdminTest, NeedsTheTokenOverTcp) {
  const Admin admin_with_token = admin();
  const auto status = [&](const http::Request& request) {
    return admin_with_token.handle(request, AdminAccess::kTcp).status;
  };
  EXPECT_EQ(status(request("GET", "/live")), 401U);
  EXPECT_EQ(status(with_token("0123456789abcdeF")), 401U);
  EXPECT_EQ(status(with_token("0123456789abcde")), 401U);
  EXPECT_EQ(status(with_token("0123456789abcdef0")), 401U);
  EXPECT_EQ(status(with_token("")), 401U);
  EXPECT_EQ(status(with_token(kToken)), 200U);
}

TEST_F(AdminTest, LetsNobodyInOverTcpWithoutAConfiguredToken) {
  const Admin open({}, {}, "", hooks());
  EXPECT_EQ(open.handle(with_token(""), AdminAccess::kTcp).status, 401U);
  EXPECT_EQ(open.handle(with_token("x"), AdminAccess::kTcp).status, 401U);
}

TEST_F(AdminTest, RefusesBrowsersOnEveryListener) {
  http::Request from_page = with_token(kToken);
  from_page.headers.push_back({"Origin", "http://localhost"});
  EXPECT_EQ(admin().handle(from_page, AdminAccess::kTcp).status, 403U);
  EXPECT_EQ(admin().handle(from_page, AdminAccess::kUnixSocket).status, 403U);
}

TEST(EqualInConstantTime, ComparesWholeTexts) {
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_in_constant_time("abd", "abc"));
  EXPECT_FALSE(equal_in_constant_time("abcabc", "abc"));
  EXPECT_FALSE(equal_in_constant_time("ab", "abc"));
  EXPECT_FALSE(equal_in_constant_time("", "abc"));
  EXPECT_TRUE(equal_in_constant_time("", ""));
}

}  // namespace
}  // namespace crema::app
