#include "crema/frappe/web_backend.h"

#include "crema/net/loop_for_test.h"
#include "crema/net/peer_for_test.h"
#include "crema/redis/connection.h"
#include "crema/redis/server_for_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crema::frappe {
namespace {

using namespace std::chrono_literals;
using Identity = IdentityAnswer::Kind;
using Permission = PermissionAnswer::Kind;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kAlice =
    R"({"message":{"user":"alice@x","user_type":"System User","installed_apps":["frappe"]}})";
constexpr const char* kAlice15 = R"({"message":{"user":"alice@x","user_type":"System User"}})";

net::Task<bool> set_secret(net::Loop& loop, redis::Address address, std::string secret) {
  const auto deadline = base::steady_now() + 5s;
  auto opening = redis::Connection::open(loop, address, deadline);
  auto connection = co_await std::move(opening);
  if (!connection) co_return false;
  std::vector<std::string> arguments{"SET", "socketio_auth_secret", secret};
  auto asking = (*connection)->command(arguments, deadline);
  const auto answer = co_await std::move(asking);
  co_return answer.has_value();
}

// Asks a web process that answers each request with the next of `answers`.
class WebBackendTest : public testing::Test {
 protected:
  void serve(std::vector<std::string> answers) {
    std::vector<net::PeerForTest::Script> scripts;
    for (std::string& answer : answers) {
      scripts.push_back([this, answer = std::move(answer)](net::PeerConnection& connection) {
        request_ = connection.receive_until("\r\n\r\n");
        connection.send(answer);
      });
    }
    web_ = std::make_unique<net::PeerForTest>(std::move(scripts));
    backend_ = std::make_unique<WebBackend>(test_.loop(), config_, upstreams(), publisher_);
  }
  [[nodiscard]] std::vector<net::Endpoint> upstreams() const {
    return {{.host = "127.0.0.1", .port = web_->port(), .unix_path = ""}};
  }
  std::string last_request() {
    web_.reset();
    return request_;
  }
  static std::string ok(const std::string& body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  static Credential sid(std::string value) {
    return {.site = "site.localhost", .authorization = "", .sid = std::move(value)};
  }

  Config config_;
  std::string request_;  // The last one. The peer's thread's, until it has ended.
  redis::ServerForTest redis_;
  net::LoopForTest test_;
  redis::Publisher publisher_{test_.loop(), redis_.address()};
  std::unique_ptr<net::PeerForTest> web_;
  std::unique_ptr<WebBackend> backend_;

  void TearDown() override { test_.stop(); }
};

TEST_F(WebBackendTest, AsksForTheSiteWithTheSecretAndTheCookie) {
  ASSERT_TRUE(test_.await(set_secret(test_.loop(), redis_.address(), "s3cret")));
  config_.dialect = Dialect::k16;
  serve({ok(kAlice)});
  const auto answer = test_.await(backend_->identify(sid("a b;c=\"\r\nX-Y: 1\\%\xc3\xa9")));
  EXPECT_EQ(answer.kind, Identity::kKnown);
  EXPECT_EQ(answer.info.user, "alice@x");
  const std::string request = last_request();
  EXPECT_THAT(request, StartsWith("GET /api/method/frappe.realtime.get_user_info HTTP/1.1\r\n"));
  EXPECT_THAT(request, HasSubstr("\r\nHost: site.localhost\r\n"));
  EXPECT_THAT(request, HasSubstr("\r\nX-Frappe-Site-Name: site.localhost\r\n"));
  EXPECT_THAT(request, HasSubstr("\r\nX-Frappe-Socket-Secret: s3cret\r\n"));
  EXPECT_THAT(request, HasSubstr("\r\nCookie: sid=a%20b%3Bc=%22%0D%0AX-Y:%201%5C%25%C3%A9\r\n"));
  EXPECT_THAT(request, Not(HasSubstr("Authorization")));
}

TEST_F(WebBackendTest, ShowsTheAuthorizationAndNoCookie) {
  serve({ok(kAlice)});
  Credential credential = sid("ignored");
  credential.authorization = "token key:secret";
  EXPECT_EQ(test_.await(backend_->identify(credential)).kind, Identity::kKnown);
  const std::string request = last_request();
  EXPECT_THAT(request, HasSubstr("\r\nAuthorization: token key:secret\r\n"));
  EXPECT_THAT(request, Not(HasSubstr("Cookie")));
  EXPECT_THAT(request, Not(HasSubstr("X-Frappe-Socket-Secret"))) << "Redis has none";
}

TEST_F(WebBackendTest, NeverFollowsARedirect) {
  serve({"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n", ok(kAlice)});
  const auto answer = test_.await(backend_->identify(sid("s")));
  EXPECT_EQ(answer.kind, Identity::kNonsense);
  EXPECT_EQ(answer.reason, "the web process answered 302");
}

TEST_F(WebBackendTest, AsksForPermissionInAFormEncodedQuery) {
  serve({ok(R"({"message":true})")});
  PermissionQuestion question{sid("s"), "Sales Order", "a/b&c=d e\u00e9\r\n"};
  EXPECT_EQ(test_.await(backend_->check(question)).kind, Permission::kAllowed);
  const std::string request = last_request();
  EXPECT_THAT(request, StartsWith("GET /api/method/frappe.realtime.has_permission"
                                  "?doctype=Sales+Order&name=a%2Fb%26c%3Dd+e%C3%A9%0D%0A HTTP"));
  EXPECT_THAT(request, HasSubstr("\r\nHost: site.localhost\r\n"));
  EXPECT_THAT(request, HasSubstr("\r\nCookie: sid=s\r\n"));
}

TEST_F(WebBackendTest, TellsAnAnswerThatIsCutShortFromOneThatIsNoHttp) {
  serve({"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", "SSH-2.0-OpenSSH\r\n\r\n",
         "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n"});
  EXPECT_EQ(test_.await(backend_->identify(sid("s"))).kind, Identity::kUnavailable);
  EXPECT_EQ(test_.await(backend_->identify(sid("s"))).kind, Identity::kNonsense);
  EXPECT_EQ(test_.await(backend_->identify(sid("s"))).kind, Identity::kNonsense);
}

TEST_F(WebBackendTest, IsUnavailableWithoutRedis) {
  serve({});
  redis_.kill();
  EXPECT_EQ(test_.await(backend_->identify(sid("s"))).kind, Identity::kUnavailable);
}

TEST_F(WebBackendTest, CannotTellWithoutAWebProcess) {
  serve({});
  const net::Endpoint nobody{.host = "", .port = 0, .unix_path = "/nonexistent/socket"};
  WebBackend backend(test_.loop(), config_, {nobody}, publisher_);
  EXPECT_EQ(test_.await(backend.identify(sid("s"))).kind, Identity::kUnavailable);
  EXPECT_EQ(test_.await(backend.check({sid("s"), "ToDo", ""})).kind, Permission::kUnavailable);
}

TEST_F(WebBackendTest, AsksVersion15WithoutRedis) {
  config_.dialect = Dialect::k15;
  serve({ok(kAlice15), ok(R"({"message":true})"), ok(R"({"message":true})")});
  redis_.kill();
  EXPECT_EQ(test_.await(backend_->identify(sid("s/ é"))).kind, Identity::kKnown);
  EXPECT_EQ(test_.await(backend_->check({sid("s"), "Sales Order", ""})).kind, Permission::kAllowed);
  EXPECT_EQ(test_.await(backend_->check({sid("s"), "A&B", "x/1"})).kind, Permission::kAllowed);
  EXPECT_THAT(last_request(), StartsWith("GET /api/method/frappe.realtime.can_subscribe_doc"
                                         "?sid=s&doctype=A%26B&docname=x%2F1 HTTP"));
}

TEST_F(WebBackendTest, LearnsTheVersionFromTheFirstUserItIsTold) {
  serve({ok(R"({"message":{}})"), ok(kAlice15), ok(R"({"message":true})")});
  EXPECT_EQ(test_.await(backend_->identify(sid("s"))).kind, Identity::kEmpty);
  EXPECT_EQ(test_.await(backend_->identify(sid("s"))).info.dialect, Dialect::k15);
  (void)test_.await(backend_->check({sid("s"), "ToDo", ""}));
  EXPECT_THAT(last_request(), StartsWith("GET /api/method/frappe.realtime.can_subscribe_doctype"
                                         "?sid=s&doctype=ToDo HTTP"));
}

TEST_F(WebBackendTest, GoesToTheUpstreamThatIsThere) {
  serve({ok(kAlice), ok(kAlice)});
  std::vector<net::Endpoint> two = upstreams();
  two.insert(two.begin(), {.host = "", .port = 0, .unix_path = "/nonexistent/socket"});
  WebBackend backend(test_.loop(), config_, two, publisher_);
  EXPECT_EQ(test_.await(backend.identify(sid("s"))).kind, Identity::kKnown);
  EXPECT_EQ(test_.await(backend.identify(sid("s"))).kind, Identity::kKnown);
}

}  // namespace
}  // namespace crema::frappe
