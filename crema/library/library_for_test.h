// A running server of the library, and raw clients of it.
#pragma once

#include "crema/library/server.h"
#include "crema/server/client_for_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace crema {

// A WebSocket whose open packet was read.
inline server::ClientForTest open_websocket(uint16_t port) {
  server::ClientForTest client(port);
  client.send(
      "GET /socket.io/?EIO=4&transport=websocket&who=me HTTP/1.1\r\nHost: x\r\nX-Test: a\r\n"
      "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  EXPECT_EQ(client.answer().status, 101U);
  EXPECT_THAT(client.frame(), testing::StartsWith("0{"));
  return client;
}

// The parameter is the number of threads.
class LibraryTest : public testing::TestWithParam<unsigned> {
 protected:
  explicit LibraryTest(const Options& options = {}) : io_(options) {}

  void start() {
    io_.threads(GetParam());
    ASSERT_EQ(io_.listen(0, "127.0.0.1"), std::nullopt);
    io_.start();
  }
  server::ClientForTest open() const { return open_websocket(io_.port()); }
  server::ClientForTest connect(const std::string& nsp = "") {
    server::ClientForTest client = open();
    client.send_text("40" + nsp + (nsp.empty() ? "" : ","));
    EXPECT_THAT(client.frame(), testing::StartsWith("40"));
    return client;
  }

  Server io_;
};

}  // namespace crema
