#include "crema/http/cors.h"

#include <gtest/gtest.h>

namespace crema::http {
namespace {

constexpr const char* kDefaultMethods = "GET,HEAD,PUT,PATCH,POST,DELETE";

Request request(std::string method, std::vector<Header> headers) {
  Request out;
  out.method = std::move(method);
  out.headers = std::move(headers);
  return out;
}

std::vector<Header> headers_for_get(const Cors& cors, std::vector<Header> headers) {
  Response response;
  add_headers(cors, request("GET", std::move(headers)), response);
  return response.headers;
}

std::vector<Header> headers_for_options(const Cors& cors, std::vector<Header> headers) {
  const std::optional<Response> response = preflight(cors, request("OPTIONS", std::move(headers)));
  EXPECT_TRUE(response);
  if (!response) return {};
  EXPECT_EQ(response->status, 204u);
  EXPECT_EQ(response->body, "");
  return response->headers;
}

using Headers = std::vector<Header>;

const Cors kFrappe{.origins = Cors::Origins::kReflect, .origin_list = {}, .credentials = true};
const Cors kList{.origins = Cors::Origins::kList,
                 .origin_list = {"http://a.com", "http://b.com"},
                 .credentials = true,
                 .methods = {"GET", "POST"},
                 .allowed_headers = {"my-h"}};

TEST(Cors, OffAddsNothingAndAnswersNothing) {
  EXPECT_EQ(headers_for_get(Cors{}, {{"Origin", "http://a.com"}}), Headers{});
  EXPECT_FALSE(preflight(Cors{}, request("OPTIONS", {{"Origin", "http://a.com"}})));
}

TEST(Cors, AnswersOptionsOnly) {
  EXPECT_FALSE(preflight(kFrappe, request("GET", {{"Origin", "http://a.com"}})));
  EXPECT_FALSE(preflight(kFrappe, request("POST", {{"Origin", "http://a.com"}})));
}

TEST(Cors, AnyOriginIsAStar) {
  const Cors any{.origins = Cors::Origins::kAny};
  EXPECT_EQ(headers_for_get(any, {{"Origin", "http://a.com"}}),
            (Headers{{"Access-Control-Allow-Origin", "*"}}));
  EXPECT_EQ(headers_for_options(
                any, {{"Origin", "http://a.com"}, {"Access-Control-Request-Headers", "x-a, x-b"}}),
            (Headers{{"Access-Control-Allow-Origin", "*"},
                     {"Access-Control-Allow-Methods", kDefaultMethods},
                     {"Vary", "Access-Control-Request-Headers"},
                     {"Access-Control-Allow-Headers", "x-a, x-b"}}));
}

TEST(Cors, FrappeReflectsTheOriginWithCredentials) {
  EXPECT_EQ(headers_for_get(kFrappe, {{"Origin", "http://a.com"}}),
            (Headers{{"Access-Control-Allow-Origin", "http://a.com"},
                     {"Vary", "Origin"},
                     {"Access-Control-Allow-Credentials", "true"}}));
  EXPECT_EQ(headers_for_options(
                kFrappe, {{"Origin", "http://a.com"}, {"Access-Control-Request-Headers", "x-a"}}),
            (Headers{{"Access-Control-Allow-Origin", "http://a.com"},
                     {"Vary", "Origin, Access-Control-Request-Headers"},
                     {"Access-Control-Allow-Credentials", "true"},
                     {"Access-Control-Allow-Methods", kDefaultMethods},
                     {"Access-Control-Allow-Headers", "x-a"}}));
}

TEST(Cors, ReflectsNothingWithoutAnOrigin) {
  EXPECT_EQ(headers_for_get(kFrappe, {}),
            (Headers{{"Vary", "Origin"}, {"Access-Control-Allow-Credentials", "true"}}));
}

TEST(Cors, ListedOriginIsReflected) {
  EXPECT_EQ(headers_for_get(kList, {{"Origin", "http://b.com"}}),
            (Headers{{"Access-Control-Allow-Origin", "http://b.com"},
                     {"Vary", "Origin"},
                     {"Access-Control-Allow-Credentials", "true"}}));
  EXPECT_EQ(headers_for_options(
                kList, {{"Origin", "http://a.com"}, {"Access-Control-Request-Headers", "other"}}),
            (Headers{{"Access-Control-Allow-Origin", "http://a.com"},
                     {"Vary", "Origin"},
                     {"Access-Control-Allow-Credentials", "true"},
                     {"Access-Control-Allow-Methods", "GET,POST"},
                     {"Access-Control-Allow-Headers", "my-h"}}));
}

TEST(Cors, UnlistedOrAbsentOriginGetsVaryAndCredentialsOnly) {
  const Headers expected{{"Vary", "Origin"}, {"Access-Control-Allow-Credentials", "true"}};
  EXPECT_EQ(headers_for_get(kList, {{"Origin", "http://z.com"}}), expected);
  EXPECT_EQ(headers_for_get(kList, {{"Origin", "http://a.com.evil"}}), expected);
  EXPECT_EQ(headers_for_get(kList, {}), expected);
  EXPECT_EQ(headers_for_options(kList, {{"Origin", "http://z.com"}}),
            (Headers{{"Vary", "Origin"},
                     {"Access-Control-Allow-Credentials", "true"},
                     {"Access-Control-Allow-Methods", "GET,POST"},
                     {"Access-Control-Allow-Headers", "my-h"}}));
}

TEST(Cors, FixedOriginIsSentWhateverIsAsked) {
  const Cors fixed{.origins = Cors::Origins::kFixed, .origin_list = {"http://z.com"}};
  const Headers expected{{"Access-Control-Allow-Origin", "http://z.com"}, {"Vary", "Origin"}};
  EXPECT_EQ(headers_for_get(fixed, {{"Origin", "http://a.com"}}), expected);
  EXPECT_EQ(headers_for_get(fixed, {}), expected);
  EXPECT_EQ(headers_for_options(fixed, {}),
            (Headers{{"Access-Control-Allow-Origin", "http://z.com"},
                     {"Vary", "Origin, Access-Control-Request-Headers"},
                     {"Access-Control-Allow-Methods", kDefaultMethods}}));
}

TEST(Cors, MaxAgeIsForPreflightsAndExposedHeadersForBoth) {
  const Cors cors{.origins = Cors::Origins::kAny,
                  .origin_list = {},
                  .exposed_headers = {"x-a", "x-b"},
                  .max_age = std::chrono::seconds{600}};
  EXPECT_EQ(headers_for_get(cors, {}), (Headers{{"Access-Control-Allow-Origin", "*"},
                                                {"Access-Control-Expose-Headers", "x-a,x-b"}}));
  EXPECT_EQ(headers_for_options(cors, {}),
            (Headers{{"Access-Control-Allow-Origin", "*"},
                     {"Access-Control-Allow-Methods", kDefaultMethods},
                     {"Vary", "Access-Control-Request-Headers"},
                     {"Access-Control-Max-Age", "600"},
                     {"Access-Control-Expose-Headers", "x-a,x-b"}}));
}

TEST(Cors, RuleDecidesAsAPatternDoes) {
  const Cors rule{.origins = Cors::Origins::kRule,
                  .is_allowed = [](std::string_view origin) { return origin.ends_with(".a.com"); }};
  EXPECT_EQ(headers_for_get(rule, {{"Origin", "http://x.a.com"}}),
            (Headers{{"Access-Control-Allow-Origin", "http://x.a.com"}, {"Vary", "Origin"}}));
  EXPECT_EQ(headers_for_get(rule, {{"Origin", "http://a.com.evil"}}),
            (Headers{{"Vary", "Origin"}}));
  EXPECT_EQ(headers_for_get(rule, {}), (Headers{{"Vary", "Origin"}}));
}

TEST(Cors, PreflightIsAnsweredWithTheStatusThatIsSet) {
  const Cors old_browsers{.origins = Cors::Origins::kAny, .options_success_status = 200};
  EXPECT_EQ(preflight(old_browsers, request("OPTIONS", {}))->status, 200u);
}

TEST(Cors, PreflightMayGoOnWithItsHeaders) {
  const Cors next{.origins = Cors::Origins::kAny, .preflight = Cors::Preflight::kNext};
  const Request asked = request("OPTIONS", {{"Access-Control-Request-Headers", "x-a"}});
  EXPECT_FALSE(preflight(next, asked));
  Response response{.status = 400};
  add_headers(next, asked, response);
  EXPECT_EQ(response.headers, (Headers{{"Access-Control-Allow-Origin", "*"},
                                       {"Access-Control-Allow-Methods", kDefaultMethods},
                                       {"Vary", "Access-Control-Request-Headers"},
                                       {"Access-Control-Allow-Headers", "x-a"}}));
}

TEST(Cors, ExtendsTheVaryOfTheResponse) {
  Response response;
  response.headers = {{"vary", "Accept-Encoding"}};
  add_headers(kFrappe, request("GET", {}), response);
  add_headers(kFrappe, request("GET", {}), response);
  EXPECT_EQ(response.header("Vary"), "Accept-Encoding, Origin");
}

}  // namespace
}  // namespace crema::http
