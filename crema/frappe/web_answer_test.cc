#include "crema/frappe/web_answer.h"

#include <gtest/gtest.h>

namespace crema::frappe {
namespace {

using Identity = IdentityAnswer::Kind;
using Permission = PermissionAnswer::Kind;

http::Response response(unsigned status, std::string body) {
  return {.status = status, .headers = {}, .body = std::move(body)};
}

Identity identity(unsigned status, std::string body) {
  return read_user_info(response(status, std::move(body))).kind;
}

Permission permission(unsigned status, std::string body) {
  return read_permission(response(status, std::move(body))).kind;
}

constexpr const char* kAlice = R"({"message":{"user":"alice@x","user_type":"System User"}})";

TEST(ReadUserInfo, KnowsWhoeverIsNamed) {
  const auto answer = read_user_info(response(200, kAlice));
  EXPECT_EQ(answer.kind, Identity::kKnown);
  EXPECT_EQ(answer.info.user, "alice@x");
  EXPECT_EQ(answer.info.user_type, "System User");
  EXPECT_EQ(answer.info.dialect, Dialect::k15) << "there are no installed_apps";
  const auto odd = read_user_info(response(200, R"({"message":{"user":"\u00e9 /:\"x"}})"));
  EXPECT_EQ(odd.info.user, "\u00e9 /:\"x");
  EXPECT_EQ(odd.info.user_type, "");
  EXPECT_EQ(identity(200, R"({"message":{"user":"Guest","user_type":"Website User"}})"),
            Identity::kKnown);
}

TEST(ReadUserInfo, IsEmptyWithoutAUser) {
  for (const char* message : {"{}", R"({"user":""})", R"({"user":null})", R"({"user":5})",
                              R"({"user":["Administrator"]})", R"({"user_type":"System User"})"}) {
    EXPECT_EQ(identity(200, std::string(R"({"message":)") + message + "}"), Identity::kEmpty)
        << message;
  }
}

TEST(ReadUserInfo, TakesWhatIsNoAnswerOfFrappeForNonsense) {
  for (const char* body :
       {"", "<html>", "null", "[]", "{}", R"({"message":null})", R"({"message":"Administrator"})",
        R"({"user":"Administrator"})", R"({"message":[]})", "{\"message\":{\"user\":\"a\"}} x"}) {
    EXPECT_EQ(identity(200, body), Identity::kNonsense) << body;
  }
}

TEST(ReadUserInfo, BelievesNoOtherStatusWhateverItSays) {
  for (const unsigned status : {401U, 403U}) {
    EXPECT_EQ(identity(status, kAlice), Identity::kRefused) << status;
  }
  for (const unsigned status : {301U, 302U, 400U, 404U, 417U, 429U, 500U}) {
    EXPECT_EQ(identity(status, kAlice), Identity::kNonsense) << status;
  }
  EXPECT_EQ(read_user_info(response(403, "")).reason, "the web process answered 403");
}

TEST(ReadUserInfo, WaitsForAnApplicationThatIsAway) {
  for (const unsigned status : {502U, 503U, 504U}) {
    EXPECT_EQ(identity(status, kAlice), Identity::kUnavailable) << status;
  }
}

TEST(ReadPermission, AllowsATruthyMessageOnly) {
  for (const char* message : {"true", "1", R"("yes")", "{}", "[]"}) {
    EXPECT_EQ(permission(200, std::string(R"({"message":)") + message + "}"), Permission::kAllowed)
        << message;
  }
  for (const char* message : {"false", "0", R"("")", "null"}) {
    EXPECT_EQ(permission(200, std::string(R"({"message":)") + message + "}"), Permission::kDenied)
        << message;
  }
  EXPECT_EQ(permission(200, "{}"), Permission::kDenied);
}

TEST(ReadPermission, DeniesByStatusWhateverTheBodySays) {
  for (const unsigned status : {401U, 403U, 404U}) {
    EXPECT_EQ(permission(status, R"({"message":true})"), Permission::kDenied) << status;
  }
}

TEST(ReadPermission, FailsWhenItCannotTell) {
  for (const unsigned status : {301U, 302U, 417U, 500U}) {
    EXPECT_EQ(permission(status, R"({"message":true})"), Permission::kFailed) << status;
  }
  for (const char* body : {"", "<html>", "true", "[true]"}) {
    EXPECT_EQ(permission(200, body), Permission::kFailed) << body;
  }
}

TEST(ReadPermission, WaitsForAnApplicationThatIsAway) {
  for (const unsigned status : {502U, 503U, 504U}) {
    EXPECT_EQ(permission(status, R"({"message":true})"), Permission::kUnavailable) << status;
  }
}

}  // namespace
}  // namespace crema::frappe
