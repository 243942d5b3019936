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

TEST(Assets, HoldTheOfficialClient) {
  const Asset* client = find_asset("/socket.io/socket.io.min.js");
  ASSERT_NE(client, nullptr);
  EXPECT_EQ(client->content_type, "text/javascript; charset=utf-8");
  EXPECT_THAT(client->bytes, HasSubstr("Socket.IO v4.8."));
  EXPECT_THAT(client->bytes, HasSubstr("sourceMappingURL="));
}

TEST(Assets, HoldEverythingThePageNames) {
  for (std::string_view path : {"/demo.css", "/demo.js", "/favicon.svg"}) {
    const Asset* asset = find_asset(path);
    ASSERT_NE(asset, nullptr) << path;
    EXPECT_FALSE(asset->bytes.empty()) << path;
    EXPECT_THAT(find_asset("/")->bytes, HasSubstr(path)) << path;
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
  for (const Asset& asset : demo_assets()) {
    EXPECT_EQ(asset.etag.size(), 18U);
    EXPECT_EQ(asset.etag.front(), '"');
    EXPECT_EQ(asset.etag.back(), '"');
    etags.insert(asset.etag);
  }
  EXPECT_EQ(etags.size(), demo_assets().size());
}

TEST(Assets, AreFoundByTheirExactPathOnly) {
  EXPECT_EQ(find_asset(""), nullptr);
  EXPECT_EQ(find_asset("/demo"), nullptr);
  EXPECT_EQ(find_asset("/demo.css/"), nullptr);
  EXPECT_EQ(find_asset("/index.html"), nullptr);
  EXPECT_EQ(find_asset("/../demo.css"), nullptr);
}

}  // namespace
}  // namespace crema::app
