#include "crema/transport/connection_error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crema::transport {
namespace {

using testing::ElementsAre;
using testing::Pair;

http::Request request() {
  return {.method = "PUT",
          .target = "/socket.io/?EIO=3&transport=x&sid=y",
          .headers = {{"Origin", "http://a"}},
          .body = {}};
}

auto context(Refusal refusal) { return connection_error(refusal, request(), "no").context; }

TEST(ConnectionError, HasCodeAndMessageOfTheAnswer) {
  const ConnectionError error = connection_error(Refusal::kSessionUnknown, request());
  EXPECT_EQ(error.refusal, Refusal::kSessionUnknown);
  EXPECT_EQ(error.code, 1);
  EXPECT_EQ(error.message, "Session ID unknown");
  EXPECT_EQ(connection_error(Refusal::kForbidden, request(), "no").message, "no");
}

TEST(ConnectionError, HasTheContextOfItsCode) {
  EXPECT_THAT(context(Refusal::kTransportUnknown), ElementsAre(Pair("transport", "x")));
  EXPECT_THAT(context(Refusal::kSessionUnknown), ElementsAre(Pair("sid", "y")));
  EXPECT_THAT(context(Refusal::kBadHandshakeMethod), ElementsAre(Pair("method", "PUT")));
  EXPECT_THAT(context(Refusal::kInvalidOrigin),
              ElementsAre(Pair("name", "INVALID_ORIGIN"), Pair("origin", "http://a")));
  EXPECT_THAT(context(Refusal::kTransportMismatch),
              ElementsAre(Pair("name", "TRANSPORT_MISMATCH"), Pair("transport", "x")));
  EXPECT_THAT(context(Refusal::kTransportHandshakeError),
              ElementsAre(Pair("name", "TRANSPORT_HANDSHAKE_ERROR")));
  EXPECT_THAT(context(Refusal::kProtocolMismatch),
              ElementsAre(Pair("name", "PROTOCOL_MISMATCH"), Pair("protocol", "3")));
  EXPECT_THAT(context(Refusal::kIdGenerationError),
              ElementsAre(Pair("name", "ID_GENERATION_ERROR")));
  EXPECT_THAT(context(Refusal::kMiddlewareFailure),
              ElementsAre(Pair("name", "MIDDLEWARE_FAILURE")));
  EXPECT_THAT(context(Refusal::kForbidden), ElementsAre(Pair("message", "no")));
  EXPECT_THAT(context(Refusal::kUnsupportedProtocol), ElementsAre(Pair("protocol", "3")));
}

}  // namespace
}  // namespace crema::transport
