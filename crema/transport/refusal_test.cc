#include "crema/transport/refusal.h"

#include <gtest/gtest.h>

namespace crema::transport {
namespace {

std::string bytes(const http::Response& response) {
  return http::serialize(response, http::KeepAlive::kNo, http::Body::kFull);
}

struct Row {
  Refusal refusal;
  unsigned status;
  std::string_view json;
  std::string_view text;
};

constexpr Row kRows[] = {
    {Refusal::kTransportUnknown, 400, R"({"code":0,"message":"Transport unknown"})",
     "Transport unknown"},
    {Refusal::kSessionUnknown, 400, R"({"code":1,"message":"Session ID unknown"})",
     "Session ID unknown"},
    {Refusal::kBadHandshakeMethod, 400, R"({"code":2,"message":"Bad handshake method"})",
     "Bad handshake method"},
    {Refusal::kInvalidOrigin, 400, R"({"code":3,"message":"Bad request"})", "Bad request"},
    {Refusal::kTransportMismatch, 400, R"({"code":3,"message":"Bad request"})", "Bad request"},
    {Refusal::kTransportHandshakeError, 400, R"({"code":3,"message":"Bad request"})",
     "Bad request"},
    {Refusal::kProtocolMismatch, 400, R"({"code":3,"message":"Bad request"})", "Bad request"},
    {Refusal::kIdGenerationError, 400, R"({"code":3,"message":"Bad request"})", "Bad request"},
    {Refusal::kMiddlewareFailure, 400, R"({"code":3,"message":"Bad request"})", "Bad request"},
    {Refusal::kForbidden, 403, R"({"code":4,"message":"Forbidden"})", "Forbidden"},
    {Refusal::kUnsupportedProtocol, 400, R"({"code":5,"message":"Unsupported protocol version"})",
     "Unsupported protocol version"},
};

TEST(Refusal, IsJsonWithItsCode) {
  for (const Row& row : kRows) {
    const http::Response response = refusal_response(row.refusal);
    EXPECT_EQ(response.status, row.status);
    EXPECT_EQ(response.body, row.json);
    EXPECT_EQ(response.header("content-type"), "application/json");
    EXPECT_FALSE(response.header("cache-control"));
  }
}

TEST(Refusal, IsBareTextForAWebSocket) {
  for (const Row& row : kRows) {
    const http::Response response = upgrade_refusal_response(row.refusal);
    EXPECT_EQ(response.status, 400U) << "even for a forbidden one";
    EXPECT_EQ(response.body, row.text);
    EXPECT_EQ(response.header("content-type"), "text/html");
  }
}

TEST(Refusal, MaySayWhyItIsForbidden) {
  EXPECT_EQ(refusal_response(Refusal::kForbidden, "not \"you\"\n").body,
            R"({"code":4,"message":"not \"you\"\n"})");
  EXPECT_EQ(upgrade_refusal_response(Refusal::kForbidden, "not you").body, "not you");
  EXPECT_EQ(refusal_response(Refusal::kForbidden, "\xff").body,
            R"({"code":4,"message":"Forbidden"})")
      << "what is no UTF-8 would be no JSON";
}

TEST(Refusal, HasTheseBytes) {
  EXPECT_EQ(bytes(upgrade_refusal_response(Refusal::kSessionUnknown)),
            "HTTP/1.1 400 Bad Request\r\nContent-type: text/html\r\nContent-Length: 18\r\n"
            "Connection: close\r\n\r\nSession ID unknown");
  EXPECT_EQ(bytes(refusal_response(Refusal::kForbidden)),
            "HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nContent-Length: 32\r\n"
            "Connection: close\r\n\r\n{\"code\":4,\"message\":\"Forbidden\"}");
}

}  // namespace
}  // namespace crema::transport
