#include "crema/library/serve_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace crema::library {
namespace {

std::optional<http::Response> ask(std::string name, std::vector<http::Header> headers = {},
                                  const http::Cors& cors = {}) {
  http::Request request;
  request.method = "GET";
  request.target = "/socket.io/" + name;
  request.headers = std::move(headers);
  return serve_client(request, "/socket.io/", cors);
}

TEST(ServeClient, HasTheEightFilesOfThePackage) {
  EXPECT_EQ(client_files().size(), 8U);
  for (const char* kind : {"", ".min", ".esm.min", ".msgpack.min"}) {
    for (const char* end : {".js", ".js.map"}) {
      const auto answer = ask(std::string("socket.io") + kind + end);
      ASSERT_TRUE(answer) << kind << end;
      EXPECT_EQ(answer->status, 200U);
      const bool is_map = std::string(end) == ".js.map";
      EXPECT_EQ(answer->header("content-type"), is_map ? "application/json; charset=utf-8"
                                                       : "application/javascript; charset=utf-8");
      EXPECT_GT(answer->body.size(), 10'000U);
      EXPECT_EQ(answer->header("etag"), "\"" + std::string(client_version()) + "\"");
      EXPECT_EQ(answer->header("cache-control"), "public, max-age=0");
    }
  }
  EXPECT_TRUE(ask("socket.io.js?version=1")) << "a query does not matter";
}

TEST(ServeClient, HasNothingElse) {
  for (const char* name : {"", "socket.io.msgpack.js", "socket.io.js/", "../socket.io.js", "x"}) {
    EXPECT_FALSE(ask(name)) << name;
  }
}

TEST(ServeClient, AnswersThatNothingHasChanged) {
  const std::string etag = "\"" + std::string(client_version()) + "\"";
  for (const std::string& seen : {etag, "W/" + etag}) {
    const auto answer = ask("socket.io.js", {{"If-None-Match", seen}});
    EXPECT_EQ(answer->status, 304U);
    EXPECT_EQ(answer->body, "");
  }
  EXPECT_EQ(ask("socket.io.js", {{"If-None-Match", "\"0\""}})->status, 200U);
}

TEST(ServeClient, CompressesAsTheClientLikes) {
  const auto plain = ask("socket.io.js");
  const auto gzip = ask("socket.io.js", {{"Accept-Encoding", "gzip, deflate"}});
  EXPECT_EQ(gzip->header("content-encoding"), "gzip");
  EXPECT_LT(gzip->body.size(), plain->body.size() / 2);
  const auto deflate = ask("socket.io.js", {{"Accept-Encoding", "deflate;q=1, gzip;q=0.5"}});
  EXPECT_EQ(deflate->header("content-encoding"), "deflate");
  EXPECT_FALSE(plain->header("content-encoding"));
  const auto brotli = ask("socket.io.js", {{"Accept-Encoding", "gzip;q=0.5, br"}});
  EXPECT_EQ(brotli->header("content-encoding"), "br");
  EXPECT_LT(brotli->body.size(), gzip->body.size());
}

TEST(ServeClient, CarriesTheCorsHeaders) {
  http::Cors cors;
  cors.origins = http::Cors::Origins::kAny;
  EXPECT_EQ(ask("socket.io.js", {}, cors)->header("access-control-allow-origin"), "*");
}

}  // namespace
}  // namespace crema::library
