#include "crema/http/response.h"

#include <gtest/gtest.h>

namespace crema::http {
namespace {

TEST(Response, IsWrittenWithItsLength) {
  const Response response{.status = 200, .headers = {{"Content-Type", "text/html"}}, .body = "ok"};
  EXPECT_EQ(serialize(response, KeepAlive::kYes, Body::kFull),
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n"
            "Connection: keep-alive\r\n\r\nok");
}

TEST(Response, OfAHeadRequestTellsTheLengthOnly) {
  const Response response{.status = 400, .headers = {}, .body = "bad"};
  EXPECT_EQ(serialize(response, KeepAlive::kNo, Body::kHeadOnly),
            "HTTP/1.1 400 Bad Request\r\nContent-Length: 3\r\nConnection: close\r\n\r\n");
}

TEST(Response, That101SwitchesHasNoLengthAndItsOwnConnection) {
  const Response response{.status = 101,
                          .headers = {{"Upgrade", "websocket"}, {"Connection", "Upgrade"}},
                          .body = "not sent"};
  EXPECT_EQ(
      serialize(response, KeepAlive::kYes, Body::kFull),
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
}

TEST(Response, That100ContinuesIsOneLine) {
  EXPECT_EQ(serialize({.status = 100, .headers = {}, .body = {}}, KeepAlive::kYes, Body::kFull),
            "HTTP/1.1 100 Continue\r\n\r\n");
}

TEST(Response, Without204ContentSaysZero) {
  EXPECT_EQ(serialize({.status = 204, .headers = {}, .body = "no"}, KeepAlive::kYes, Body::kFull),
            "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n");
}

TEST(Response, That304HasNeitherLengthNorBody) {
  EXPECT_EQ(serialize({.status = 304, .headers = {}, .body = "no"}, KeepAlive::kYes, Body::kFull),
            "HTTP/1.1 304 Not Modified\r\nConnection: keep-alive\r\n\r\n");
}

TEST(Response, LeavesOutHeadersThatWouldInject) {
  const Response response{.status = 200,
                          .headers = {{"A", "x\r\nSet-Cookie: y"},
                                      {"B", "x\ny"},
                                      {"C\r\nD", "x"},
                                      {"E:", "x"},
                                      {"", "x"},
                                      {"F", std::string("\0", 1)},
                                      {"G", "kept\t\xC3\xA9"}},
                          .body = {}};
  EXPECT_EQ(serialize(response, KeepAlive::kYes, Body::kFull),
            "HTTP/1.1 200 OK\r\nG: kept\t\xC3\xA9\r\nContent-Length: 0\r\n"
            "Connection: keep-alive\r\n\r\n");
}

TEST(Response, DecidesTheFramingItself) {
  const Response response{.status = 200,
                          .headers = {{"content-length", "9"}, {"Transfer-Encoding", "chunked"}},
                          .body = "ok"};
  EXPECT_EQ(serialize(response, KeepAlive::kYes, Body::kFull),
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok");
}

}  // namespace
}  // namespace crema::http
