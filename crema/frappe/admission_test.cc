#include "crema/frappe/admission.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crema::frappe {
namespace {

using testing::ElementsAre;
using testing::Pair;
using Headers = std::vector<std::pair<std::string, std::string>>;

engineio::Handshake with(const Headers& headers) {
  engineio::Handshake handshake;
  for (const auto& [name, value] : headers) handshake.add(name, value);
  return handshake;
}

// A browser's request to site "a" behind nginx, with the session "s".
Headers browser() {
  return {{"host", "a:8000"}, {"origin", "https://a"}, {"cookie", ""}, {"sid", "s"}};
}

Headers without(Headers headers, std::string_view name) {
  std::erase_if(headers, [&](const auto& header) { return header.first == name; });
  return headers;
}

const Site kSite{.db_name = "", .origins = {"https://app.example:8443"}};

base::Result<Credential, Refusal> admitted_with(Headers headers, json::Slice auth = "{}",
                                                const Config& config = {}) {
  return admit({"/a", auth, with(std::move(headers)), kSite}, config);
}

std::string refusal(std::string_view nsp, Headers headers, const Config& config = {},
                    json::Slice auth = "{}") {
  const auto admitted = admit({nsp, auth, with(std::move(headers)), kSite}, config);
  return admitted ? "admitted" : std::string(admitted.error().message);
}

TEST(Hostname, IsWhatTheOriginalCutsOut) {
  const std::pair<const char*, const char*> cases[] = {
      {"", ""},
      {"a", "a"},
      {"a:8000", "a"},
      {"http://a", "a"},
      {"https://a:443/x", "a"},
      {"https://a/x:y", "a"},
      {"http://u:p@a", "u"},
      {"[::1]:80", "["},
      {"A.Example", "A.Example"},
      {"null", "null"},
      {"://a", "a"},
      {"x/y://a/b", ""},
  };
  for (const auto& [text, name] : cases) EXPECT_EQ(hostname(text), name) << text;
}

TEST(ResolveSite, TakesHeaderThenDefaultSiteThenOriginThenHost) {
  Config config;
  config.default_site = "d";
  Headers all{{"x-frappe-site-name", "s:80"}, {"host", "localhost:9000"}, {"origin", "http://o"}};
  EXPECT_EQ(resolve_site(with(all), config), "s");
  EXPECT_EQ(resolve_site(with(without(all, "x-frappe-site-name")), config), "d");
  EXPECT_EQ(resolve_site(with({{"host", "127.0.0.1"}, {"origin", "http://o"}}), config), "d");
  EXPECT_EQ(resolve_site(with({{"host", "h"}, {"origin", "http://o:1"}}), config), "o");
  EXPECT_EQ(resolve_site(with({{"host", "h:1"}}), config), "h");
  EXPECT_EQ(resolve_site(with({{"x-frappe-site-name", ""}, {"host", "h"}}), config), "h");
  EXPECT_EQ(resolve_site(with({{"host", "localhost"}}), {}), "localhost");
  EXPECT_EQ(resolve_site(with({}), config), "");
}

TEST(Admit, GivesTheCredentialOfTheSite) {
  const auto admitted = admitted_with(browser());
  ASSERT_TRUE(admitted);
  EXPECT_EQ(admitted->site, "a");
  EXPECT_EQ(admitted->sid, "s");
  EXPECT_EQ(admitted->authorization, "");
}

TEST(Admit, PrefersAuthorizationToTheCookie) {
  Headers both = browser();
  both.emplace_back("authorization", "token k:s");
  const auto admitted = admitted_with(both);
  ASSERT_TRUE(admitted);
  EXPECT_EQ(admitted->authorization, "token k:s");
  EXPECT_EQ(admitted->sid, "");
}

TEST(Admit, ChecksInTheOriginalsOrderWithItsMessages) {
  // Everything is wrong, and is put right one by one.
  Headers headers{{"host", "a"}, {"origin", "http://evil"}, {"x-frappe-site-name", "b"}};
  EXPECT_EQ(refusal("/a", headers), "Invalid namespace");
  headers[2].second = "a";
  EXPECT_EQ(refusal("/a", headers), "Invalid origin");
  headers[1].second = "https://a:8443";
  EXPECT_EQ(refusal("/a", headers),
            "Missing cookie and authorization header. Either one needed for authentication.");
  headers.emplace_back("cookie", "");
  EXPECT_EQ(refusal("/a", headers),
            "No authentication method used. Use cookie or authorization header.");
  headers.emplace_back("sid", "");
  EXPECT_EQ(refusal("/a", headers),
            "No authentication method used. Use cookie or authorization header.");
  headers.back().second = "s";
  EXPECT_EQ(refusal("/a", headers), "admitted");
}

TEST(Admit, RefusesANamespaceThatOnlyLooksLikeTheSite) {
  for (const char* nsp : {"/b", "/A", "/a/", "/a:8000", "//a", "/"}) {
    EXPECT_EQ(refusal(nsp, browser()), "Invalid namespace") << nsp;
  }
}

TEST(Admit, RefusesOriginsThatAreNotTheHost) {
  for (const char* origin : {"", "null", "http://b", "http://a.b", "http://", "file://"}) {
    Headers headers = browser();
    headers[1].second = origin;
    headers.emplace_back("x-frappe-site-name", "a");
    EXPECT_EQ(refusal("/a", headers), "Invalid origin") << origin;
  }
  // Two empty names are no match.
  EXPECT_EQ(refusal("/a", {{"host", ":80"}, {"origin", "http://"}, {"x-frappe-site-name", "a"}}),
            "Invalid origin");
}

TEST(Admit, AcceptsAMissingOriginAsConfigured) {
  const Headers cookie = without(browser(), "origin");
  Headers token = cookie;
  token.emplace_back("authorization", "token k:s");
  Headers empty_token = cookie;
  empty_token.emplace_back("authorization", "");
  Config config;
  EXPECT_EQ(refusal("/a", cookie, config), "Invalid origin");
  EXPECT_EQ(refusal("/a", token, config), "admitted");
  EXPECT_EQ(refusal("/a", empty_token, config), "Invalid origin");
  config.missing_origin = MissingOrigin::kNever;
  EXPECT_EQ(refusal("/a", token, config), "Invalid origin");
  config.missing_origin = MissingOrigin::kAlways;
  EXPECT_EQ(refusal("/a", cookie, config), "admitted");
  // Not without a Host: then nothing says which site it is for.
  EXPECT_EQ(refusal("/a", {{"x-frappe-site-name", "a"}, {"cookie", ""}, {"sid", "s"}}, config),
            "Invalid origin");
}

TEST(Admit, RefusesACredentialBeyondItsBound) {
  Headers headers = browser();
  headers.back().second = std::string(kCredentialBytesMax, 'x');
  EXPECT_EQ(refusal("/a", headers), "admitted");
  headers.back().second += 'x';
  EXPECT_EQ(refusal("/a", headers), "Unauthorized: the credential is too long");
}

TEST(KeepHandshake, KeepsWhatIsNeededAndOfTheCookiesTheSid) {
  http::Request request;
  request.target = "/socket.io/?EIO=4&token=secret";
  request.headers = {{"User-Agent", "x"},           {"HOST", "a"},
                     {"Origin", "http://a"},        {"Cookie", "other=1; sid=\"s%20t\"; sid=2"},
                     {"X-Frappe-Site-Name", "a"},   {"Authorization", "token t"},
                     {"X-Forwarded-For", "1.2.3.4"}};
  const engineio::Handshake kept = keep_handshake(request, "10.0.0.1");
  EXPECT_EQ(kept.address(), "10.0.0.1");
  EXPECT_EQ(kept.query(), "");
  EXPECT_THAT(
      kept.headers(),
      ElementsAre(Pair("host", "a"), Pair("origin", "http://a"), Pair("x-frappe-site-name", "a"),
                  Pair("authorization", "token t"), Pair("cookie", ""), Pair("sid", "s t")));
}

TEST(KeepHandshake, TellsCookiesWithoutASidFromNoCookies) {
  http::Request request;
  request.headers = {{"Host", "a"}, {"Cookie", "user_id=x"}, {"sid", "forged"}};
  const engineio::Handshake with_cookies = keep_handshake(request, "");
  EXPECT_THAT(with_cookies.headers(), ElementsAre(Pair("host", "a"), Pair("cookie", "")));
  request.headers = {{"Host", "a"}};
  const engineio::Handshake without = keep_handshake(request, "");
  EXPECT_THAT(without.headers(), ElementsAre(Pair("host", "a")));
}

TEST(CredentialKey, NeverMixesSitesOrKinds) {
  const auto key = [](std::string site, std::string authorization, std::string sid) {
    return Credential{std::move(site), std::move(authorization), std::move(sid)}.key();
  };
  EXPECT_EQ(key("a", "", "x"), key("a", "", "x"));
  EXPECT_NE(key("a", "", "x"), key("b", "", "x"));
  EXPECT_NE(key("a", "", "x"), key("a", "x", ""));
}

TEST(CredentialKey, SaysAllThatTheCredentialDoes) {
  const std::string odd("a\n\nsid\n\0b", 10);
  for (const Credential& credential :
       {Credential{.site = "a", .authorization = "", .sid = odd, .origin = ""},
        Credential{.site = "a.b", .authorization = "token k:s", .sid = "", .origin = "http://a"}}) {
    const std::string key = credential.key();
    EXPECT_EQ(site_of_key(key), credential.site);
    const Credential same = credential_of_key(key);
    EXPECT_EQ(same.site, credential.site);
    EXPECT_EQ(same.origin, credential.origin);
    EXPECT_EQ(same.authorization, credential.authorization);
    EXPECT_EQ(same.sid, credential.sid);
  }
}

TEST(Admit, TakesTheAuthorizationOfTheConnectWhenNoHeaderCame) {
  constexpr const char* kAuth = R"({"authorization":"token k:s"})";
  const auto admitted = admitted_with(browser(), kAuth);
  ASSERT_TRUE(admitted);
  EXPECT_EQ(admitted->authorization, "token k:s");
  EXPECT_EQ(admitted->sid, "") << "Authorization before cookie";
  Headers header = browser();
  header.emplace_back("authorization", "token h:h");
  EXPECT_EQ(admitted_with(header, kAuth)->authorization, "token h:h");
  const Headers bare = without(without(browser(), "cookie"), "sid");
  EXPECT_EQ(refusal("/a", bare, {}, kAuth), "admitted");
  EXPECT_EQ(refusal("/a", without(bare, "origin"), {}, kAuth), "admitted") << "a program's way";
  for (const char* auth : {"{}", R"({"authorization":""})", R"({"authorization":5})",
                           R"({"authorization":null})", R"({"Authorization":"token k:s"})"}) {
    EXPECT_EQ(admitted_with(browser(), auth)->sid, "s") << auth;
    EXPECT_EQ(refusal("/a", bare, {}, auth).substr(0, 14), "Missing cookie") << auth;
  }
  EXPECT_EQ(refusal("/a", browser(), {}, R"({"authorization":"a\r\nX: y"})"),
            "Unauthorized: the credential cannot be sent");
}

TEST(Admit, LetsInTheOriginsThatTheSiteNames) {
  Headers foreign = without(browser(), "origin");
  foreign.emplace_back("origin", "https://app.example:8443");
  EXPECT_EQ(refusal("/a", foreign), "admitted");
  EXPECT_EQ(refusal("/app.example", foreign), "Invalid namespace");
  for (const char* origin : {"https://app.example", "http://app.example:8443",
                             "https://app.example:8443.evil", "https://x.app.example:8443"}) {
    Headers other = without(browser(), "origin");
    other.emplace_back("origin", origin);
    other.emplace_back("x-frappe-site-name", "a");
    EXPECT_EQ(refusal("/a", other), "Invalid origin") << origin;
  }
}

TEST(Admit, KeepsTheOriginForWhomItIsAskedAt) {
  Config config;
  EXPECT_EQ(admitted_with(browser(), "{}", config)->origin, "");
  config.auth_upstream = AuthUpstream::kOrigin;
  EXPECT_EQ(admitted_with(browser(), "{}", config)->origin, "https://a");
  Headers foreign = without(browser(), "origin");
  foreign.emplace_back("origin", "https://app.example:8443");
  EXPECT_EQ(admitted_with(foreign, "{}", config)->origin, "") << "no site's page is asked";
}

TEST(OfficialClient, IsABrowserOrNode) {
  const auto is_official = [](std::string_view agent) {
    http::Request request;
    request.headers.push_back({"User-Agent", std::string(agent)});
    return runs_official_client(keep_handshake(request, "127.0.0.1"));
  };
  EXPECT_TRUE(is_official("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"));
  EXPECT_TRUE(is_official("node-XMLHttpRequest"));
  EXPECT_FALSE(is_official("Dart/3.4 (dart:io)"));
  EXPECT_FALSE(is_official("python-requests/2.31"));
  EXPECT_FALSE(is_official("Python/3.11 aiohttp/3.9"));
  EXPECT_FALSE(is_official(""));
  EXPECT_FALSE(runs_official_client({}));
}

}  // namespace
}  // namespace crema::frappe
