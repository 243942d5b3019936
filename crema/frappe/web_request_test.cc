#include "crema/frappe/web_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crema::frappe {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Not;

const Credential kSession{.site = "a.localhost", .authorization = "", .sid = "x y/%"};
const Credential kToken{.site = "a.localhost", .authorization = "token k:s", .sid = ""};

std::vector<std::string> lines(const WebRequest& request) {
  std::vector<std::string> lines{request.target};
  for (const http::Header& header : request.headers) {
    lines.push_back(header.name + ": " + header.value);
  }
  return lines;
}

constexpr const char* kUserInfo = "/api/method/frappe.realtime.get_user_info";
constexpr const char* kWithSid = "/api/method/frappe.realtime.get_user_info?sid=x%20y%2F%25";
constexpr const char* kCookie = "Cookie: sid=x%20y/%25";
constexpr const char* kSecret = "X-Frappe-Socket-Secret: s3";

// The rows of spec/frappe-realtime.md 3.4.
TEST(UserInfoRequest, IsEachVersionsOwn) {
  EXPECT_THAT(lines(user_info_request(kSession, Dialect::k15, "s3")),
              AllOf(Contains(kWithSid), Not(Contains(kCookie)), Not(Contains(kSecret))));
  EXPECT_THAT(lines(user_info_request(kSession, Dialect::k16, "s3")),
              AllOf(Contains(kUserInfo), Contains(kCookie), Contains(kSecret)));
  EXPECT_THAT(lines(user_info_request(kSession, std::nullopt, "s3")),
              AllOf(Contains(kWithSid), Contains(kCookie), Contains(kSecret)));
}

TEST(UserInfoRequest, ShowsATokenAndNothingElse) {
  for (const auto dialect :
       {std::optional(Dialect::k15), std::optional(Dialect::k16), std::optional<Dialect>()}) {
    EXPECT_THAT(lines(user_info_request(kToken, dialect, "")),
                AllOf(Contains(kUserInfo), Contains("Authorization: token k:s"),
                      Not(Contains("Cookie: sid=")), Not(Contains("X-Frappe-Socket-Secret: "))));
  }
}

TEST(EveryRequest, NamesTheSite) {
  EXPECT_THAT(lines(permission_request({kToken, "ToDo", ""}, Dialect::k15)),
              AllOf(Contains("Host: a.localhost"), Contains("X-Frappe-Site-Name: a.localhost")));
}

// The rows of spec/frappe-realtime.md 4.3.
TEST(PermissionRequest, IsEachVersionsOwn) {
  const std::string base = "/api/method/frappe.realtime.";
  const auto target = [](const Credential& who, const char* name, Dialect dialect) {
    return permission_request({who, "Sales Order", name}, dialect).target;
  };
  EXPECT_EQ(target(kSession, "", Dialect::k16), base + "has_permission?doctype=Sales+Order&name=");
  EXPECT_EQ(target(kSession, "a/b c", Dialect::k16),
            base + "has_permission?doctype=Sales+Order&name=a%2Fb+c");
  EXPECT_EQ(target(kSession, "", Dialect::k15),
            base + "can_subscribe_doctype?sid=x%20y%2F%25&doctype=Sales%20Order");
  EXPECT_EQ(target(kToken, "a/b c", Dialect::k15),
            base + "can_subscribe_doc?doctype=Sales%20Order&docname=a%2Fb%20c");
}

}  // namespace
}  // namespace crema::frappe
