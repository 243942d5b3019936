#include "crema/app/assets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string_view>

namespace crema::app {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(Assets, ServeThePageAtTheRoot) {
  const Asset* page = find_asset("/");
  ASSERT_NE(page, nullptr);
  EXPECT_EQ(page->content_type, "text/html; charset=utf-8");
  EXPECT_THAT(page->bytes, StartsWith("<!doctype html>"));
  EXPECT_THAT(page->bytes, EndsWith("</html>\n"));
}

TEST(Assets, HoldEverythingThePageNames) {
  for (std::string_view path : {"/demo.css", "/demo.js", "/favicon.svg"}) {
    const Asset* asset = find_asset(path);
    ASSERT_NE(asset, nullptr) << path;
    EXPECT_FALSE(asset->bytes.empty()) << path;
    EXPECT_THAT(find_asset("/")->bytes, HasSubstr(path)) << path;
  }
}

TEST(Assets, HoldTheModulesOfThePage) {
  for (std::string_view path : {"/todos.js", "/cut.js"}) {
    ASSERT_NE(find_asset(path), nullptr) << path;
    EXPECT_THAT(find_asset("/demo.js")->bytes, HasSubstr(path)) << path;
  }
}

TEST(Assets, NeedNothingFromOutsideAndNoInlineCode) {
  const std::string_view page = find_asset("/")->bytes;
  EXPECT_THAT(page, Not(HasSubstr("src=\"http")));
  EXPECT_THAT(page, Not(HasSubstr("<script>")));
  EXPECT_THAT(page, Not(HasSubstr("<style")));
  EXPECT_THAT(page, Not(HasSubstr("style=\"")));
}

TEST(Assets, HaveAQuotedEtagEach) {
  std::set<std::string_view> etags;
  for (const Asset& asset : embedded_assets()) {
    EXPECT_EQ(asset.etag.size(), 18U);
    EXPECT_EQ(asset.etag.front(), '"');
    EXPECT_EQ(asset.etag.back(), '"');
    etags.insert(asset.etag);
  }
  EXPECT_EQ(etags.size(), embedded_assets().size());
}

TEST(Assets, AreFoundByTheirExactPathOnly) {
  EXPECT_EQ(find_asset(""), nullptr);
  EXPECT_EQ(find_asset("/demo"), nullptr);
  EXPECT_EQ(find_asset("/demo.css/"), nullptr);
  EXPECT_EQ(find_asset("/index.html"), nullptr);
  EXPECT_EQ(find_asset("/../demo.css"), nullptr);
}

http::Request get(std::string_view path) {
  http::Request request;
  request.method = "GET";
  request.target = path;
  return request;
}

TEST(ClientScript, IsServedBelowSocketIosPathWithAnEtag) {
  const auto response = client_script(get("/socket.io/crema-realtime.js?v=1"));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200U);
  EXPECT_EQ(response->header("Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(response->header("Cache-Control"), "public, max-age=0");
  EXPECT_THAT(response->body, HasSubstr("crema-progress"));

  http::Request again = get(kClientPath);
  again.headers.push_back({"If-None-Match", std::string(*response->header("ETag"))});
  EXPECT_EQ(client_script(again)->status, 304U);
  EXPECT_EQ(client_script(again)->body, "");
}

// README.md of clients/js states the size; a page waits for every byte of it.
TEST(ClientScript, IsNoLargerThanItSays) {
  EXPECT_LE(client_script(get(kClientPath))->body.size(), 64U * 1024U);
}

TEST(ClientScript, LeavesOtherPathsAndMethodsAlone) {
  EXPECT_FALSE(client_script(get("/socket.io/crema-realtime.js.map")));
  EXPECT_FALSE(client_script(get("/demo.js")));
  http::Request post = get(kClientPath);
  post.method = "POST";
  EXPECT_EQ(client_script(post)->status, 405U);
}

}  // namespace
}  // namespace crema::app
