#include "crema/transport/websocket_upgrade.h"

#include <gtest/gtest.h>

#include <string>

namespace crema::transport {
namespace {

// The example of RFC 6455, section 1.3.
http::Request request() {
  return {.method = "GET",
          .target = "/socket.io/?EIO=4&transport=websocket",
          .headers = {{"Connection", "Upgrade"},
                      {"Upgrade", "websocket"},
                      {"Sec-WebSocket-Version", "13"},
                      {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}},
          .body = {}};
}

http::Request with(std::string name, std::string value) {
  http::Request changed = request();
  changed.headers.push_back({std::move(name), std::move(value)});
  return changed;
}

http::Request without(size_t header) {
  http::Request changed = request();
  changed.headers.erase(changed.headers.begin() + static_cast<std::ptrdiff_t>(header));
  return changed;
}

UpgradeError error_of(const http::Request& bad) {
  const auto response = upgrade_response(bad, {});
  EXPECT_FALSE(response);
  return response.error();
}

TEST(WebSocketUpgrade, AnswersWithTheAcceptKey) {
  const auto response = upgrade_response(request(), {});
  ASSERT_TRUE(response);
  EXPECT_EQ(http::serialize(*response, http::KeepAlive::kYes, http::Body::kFull),
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
}

TEST(WebSocketUpgrade, EchoesTheFirstSubprotocol) {
  const auto response = upgrade_response(with("Sec-WebSocket-Protocol", "b, a"), {});
  ASSERT_TRUE(response);
  EXPECT_EQ(response->header("Sec-WebSocket-Protocol"), "b");
}

TEST(WebSocketUpgrade, DeclinesExtensions) {
  const auto response = upgrade_response(
      with("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits"), {});
  ASSERT_TRUE(response);
  EXPECT_FALSE(response->header("Sec-WebSocket-Extensions"));
}

TEST(WebSocketUpgrade, CarriesCorsHeaders) {
  Config config;
  config.cors = {.origins = http::Cors::Origins::kReflect, .credentials = true};
  const auto response = upgrade_response(with("Origin", "http://a.com"), config);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->header("Access-Control-Allow-Origin"), "http://a.com");
}

TEST(WebSocketUpgrade, RefusesWhatIsNoHandshake) {
  http::Request post = request();
  post.method = "POST";
  EXPECT_EQ(error_of(post), UpgradeError::kMethod);
  http::Request with_body = request();
  with_body.body = "test";
  EXPECT_EQ(error_of(with_body), UpgradeError::kMethod);
  EXPECT_EQ(error_of(without(2)), UpgradeError::kVersion);
  http::Request old = without(2);
  old.headers.push_back({"Sec-WebSocket-Version", "8"});
  EXPECT_EQ(error_of(old), UpgradeError::kVersion);
  EXPECT_EQ(error_of(without(3)), UpgradeError::kKey);
  http::Request short_key = without(3);
  short_key.headers.push_back({"Sec-WebSocket-Key", "dGhl"});
  EXPECT_EQ(error_of(short_key), UpgradeError::kKey);
  EXPECT_EQ(error_of(with("Sec-WebSocket-Protocol", "")), UpgradeError::kSubprotocol);
  EXPECT_EQ(error_of(with("Sec-WebSocket-Protocol", std::string(8000, ' '))),
            UpgradeError::kSubprotocol);
  EXPECT_EQ(error_of(with("Sec-WebSocket-Extensions", "; x=; ;;")), UpgradeError::kExtensions);
}

TEST(WebSocketUpgrade, SaysWhatIsWrong) {
  EXPECT_EQ(http::serialize(upgrade_error_response(UpgradeError::kVersion), http::KeepAlive::kNo,
                            http::Body::kFull),
            "HTTP/1.1 426 Upgrade Required\r\nContent-type: text/html\r\n"
            "Sec-WebSocket-Version: 13\r\nContent-Length: 47\r\nConnection: close\r\n\r\n"
            "Missing or invalid Sec-WebSocket-Version header");
  for (const UpgradeError error : {UpgradeError::kMethod, UpgradeError::kKey,
                                   UpgradeError::kSubprotocol, UpgradeError::kExtensions}) {
    EXPECT_EQ(upgrade_error_response(error).status, 400U);
    EXPECT_NE(upgrade_error_response(error).body, "");
  }
}

}  // namespace
}  // namespace crema::transport
