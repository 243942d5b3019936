#include "crema/http/request.h"

#include <gtest/gtest.h>

namespace crema::http {
namespace {

Request request_for(std::string target) {
  Request request;
  request.target = std::move(target);
  return request;
}

TEST(Request, SplitsTheTargetAtTheFirstQuestionMark) {
  EXPECT_EQ(request_for("/socket.io/?EIO=4&a=?").path(), "/socket.io/");
  EXPECT_EQ(request_for("/socket.io/?EIO=4&a=?").query(), "EIO=4&a=?");
  EXPECT_EQ(request_for("/x").path(), "/x");
  EXPECT_EQ(request_for("/x").query(), "");
}

TEST(Request, DropsAFragment) {
  EXPECT_EQ(request_for("/x?a=1#?b").query(), "a=1");
  EXPECT_EQ(request_for("/x#?b").query(), "");
  EXPECT_EQ(request_for("/x#?b").path(), "/x");
}

TEST(Request, WantsAnUpgradeOnlyWithBothHeaders) {
  Request request;
  request.headers = {{"Connection", "keep-alive, Upgrade"}};
  EXPECT_FALSE(request.wants_upgrade("websocket"));
  request.headers.push_back({"Upgrade", "WebSocket"});
  EXPECT_TRUE(request.wants_upgrade("websocket"));
  EXPECT_FALSE(request.wants_upgrade("h2c"));
  request.headers[0].value = "keep-alive";
  EXPECT_FALSE(request.wants_upgrade("websocket"));
}

}  // namespace
}  // namespace crema::http
