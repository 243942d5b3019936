#include "crema/http/set_cookie.h"

#include <gtest/gtest.h>

namespace crema::http {
namespace {

TEST(SetCookie, HasTheReferencesDefaults) {
  EXPECT_EQ(serialize({}, "AbC-_9"), "io=AbC-_9; Path=/; HttpOnly; SameSite=Lax");
}

TEST(SetCookie, HasTheAttributesThatAreSetInTheReferencesOrder) {
  SetCookie cookie{.name = "my"};
  cookie.max_age = std::chrono::days(1);
  cookie.path = "/x";
  cookie.http_only = false;
  cookie.secure = true;
  cookie.same_site = SetCookie::SameSite::kStrict;
  EXPECT_EQ(serialize(cookie, "id"), "my=id; Max-Age=86400; Path=/x; Secure; SameSite=Strict");
  cookie.domain = "a.com";
  cookie.expires = std::chrono::sys_days(std::chrono::year(2026) / 11 / 24) + std::chrono::hours(7);
  cookie.http_only = true;
  cookie.partitioned = true;
  cookie.priority = SetCookie::Priority::kHigh;
  cookie.same_site = SetCookie::SameSite::kNone;
  EXPECT_EQ(serialize(cookie, "id"),
            "my=id; Max-Age=86400; Domain=a.com; Path=/x; Expires=Tue, 24 Nov 2026 07:00:00 GMT; "
            "HttpOnly; Secure; Partitioned; Priority=High; SameSite=None");
  cookie.priority = SetCookie::Priority::kLow;
  EXPECT_NE(serialize(cookie, "id").find("Priority=Low"), std::string::npos);
  cookie.priority = SetCookie::Priority::kMedium;
  EXPECT_NE(serialize(cookie, "id").find("Priority=Medium"), std::string::npos);
}

TEST(SetCookie, LeavesOutWhatIsNotWanted) {
  SetCookie cookie;
  cookie.path.reset();
  cookie.http_only = false;
  cookie.same_site.reset();
  EXPECT_EQ(serialize(cookie, "id"), "io=id");
}

TEST(SetCookie, EncodesItsValue) {
  EXPECT_EQ(serialize({.path = {}, .http_only = false, .same_site = {}}, "a;b\r c=\xc3\xa9!"),
            "io=a%3Bb%0D%20c%3D%C3%A9!");
}

}  // namespace
}  // namespace crema::http
