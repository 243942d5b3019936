#include "crema/net/http_client.h"

#include "crema/net/loop_for_test.h"
#include "crema/net/peer_for_test.h"

#include <gtest/gtest.h>

namespace crema::net {
namespace {

using namespace std::chrono_literals;
using Answer = base::Result<http::Response, Errc>;

// One call to a peer that follows `script`.
Answer call(PeerForTest::Script script, HttpCall call = {}) {
  PeerForTest peer({std::move(script)});
  LoopForTest test;
  call.upstream = {.host = "127.0.0.1", .port = peer.port(), .unix_path = ""};
  return test.await(fetch(test.loop(), call));
}

// A peer that reads the request's head, says `answer` and closes.
PeerForTest::Script says(std::string answer) {
  return [answer](PeerConnection& c) {
    c.receive_until("\r\n\r\n");
    c.send(answer);
  };
}

HttpCall with_timeout(base::Duration timeout) {
  HttpCall call;
  call.timeout = timeout;
  return call;
}

TEST(Fetch, GivesStatusHeadersAndBody) {
  const Answer answer =
      call(says("HTTP/1.1 403 Forbidden\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello"));
  ASSERT_TRUE(answer) << to_string(answer.error());
  EXPECT_EQ(answer->status, 403u);
  EXPECT_EQ(answer->body, "hello");
  EXPECT_EQ(answer->header("x-a"), "b");
}

TEST(Fetch, ReadsChunkedBodiesAndBodiesThatEndWithTheConnection) {
  EXPECT_EQ(call(says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"))
                ->body,
            "abc");
  EXPECT_EQ(call(says("HTTP/1.0 200 OK\r\n\r\nuntil the end"))->body, "until the end");
}

TEST(Fetch, WritesTheRequestItWasGiven) {
  std::string head, body;
  HttpCall request;
  request.method = "POST";
  request.target = "/api/method/x?a=b%20c";
  request.headers = {{"Host", "site.local"}, {"Cookie", "sid=1"}};
  request.body = "a=1";
  const Answer answer = call(
      [&](PeerConnection& c) {
        head = c.receive_until("\r\n\r\n");
        body = c.receive_until("a=1");
        c.send("HTTP/1.1 204 No Content\r\n\r\n");
      },
      request);
  ASSERT_TRUE(answer) << to_string(answer.error());
  EXPECT_EQ(head,
            "POST /api/method/x?a=b%20c HTTP/1.1\r\nHost: site.local\r\nCookie: sid=1\r\n"
            "Content-Length: 3\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(body, "a=1");
}

TEST(Fetch, NamesTheUpstreamAsHostUnlessTold) {
  std::string head;
  ASSERT_TRUE(call([&](PeerConnection& c) {
    head = c.receive_until("\r\n\r\n");
    c.send("HTTP/1.1 204 No Content\r\n\r\n");
  }));
  EXPECT_TRUE(head.starts_with("GET / HTTP/1.1\r\nHost: 127.0.0.1:")) << head;
}

TEST(Fetch, RefusesToWriteWhatWouldEndALine) {
  const auto refused = [](auto change) {
    HttpCall bad;
    bad.upstream = {.host = "127.0.0.1", .port = 1, .unix_path = ""};
    change(bad);
    LoopForTest test;
    const Answer answer = test.await(fetch(test.loop(), bad));
    return !answer && answer.error() == Errc::kBadCall;
  };
  EXPECT_TRUE(refused([](HttpCall& c) { c.target = "/ HTTP/1.1\r\nX: y"; }));
  EXPECT_TRUE(refused([](HttpCall& c) { c.target = ""; }));
  EXPECT_TRUE(refused([](HttpCall& c) { c.method = "GET /"; }));
  EXPECT_TRUE(refused([](HttpCall& c) { c.method = "HEAD"; }));
  EXPECT_TRUE(refused([](HttpCall& c) { c.headers = {{"Cookie", "a\r\nX: y"}}; }));
  EXPECT_TRUE(refused([](HttpCall& c) { c.headers = {{"Coo kie", "a"}}; }));
  EXPECT_TRUE(refused([](HttpCall& c) { c.headers = {{"content-length", "3"}}; }));
}

TEST(Fetch, DoesNotFollowRedirects) {
  const Answer answer = call(
      says("HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 301u);
}

TEST(Fetch, TellsThatNobodyListens) {
  asio::io_context context;
  asio::ip::tcp::socket bound(context, asio::ip::tcp::v4());
  bound.bind({asio::ip::address_v4::loopback(), 0});
  HttpCall request;
  request.upstream = {.host = "127.0.0.1", .port = bound.local_endpoint().port(), .unix_path = ""};
  LoopForTest test;
  EXPECT_EQ(test.await(fetch(test.loop(), request)).error(), Errc::kRefused);
}

TEST(Fetch, TimesOutOnSilence) {
  const Answer answer = call([](PeerConnection& c) { c.receive_all(); }, with_timeout(100ms));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error(), Errc::kTimeout);
}

TEST(Fetch, TimesOutOnABodyThatDoesNotEnd) {
  const Answer answer = call(
      [](PeerConnection& c) {
        c.receive_until("\r\n\r\n");
        c.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
        c.receive_all();
      },
      with_timeout(100ms));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error(), Errc::kTimeout);
}

TEST(Fetch, TellsThatTheAnswerWasCutOff) {
  for (const char* half :
       {"", "HTTP/1.1 200 OK\r\nContent-", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"}) {
    const Answer answer = call(says(half));
    ASSERT_FALSE(answer) << half;
    EXPECT_EQ(answer.error(), Errc::kReset) << half;
  }
}

TEST(Fetch, TellsOfAReset) {
  const Answer answer = call([](PeerConnection& c) {
    c.receive_until("\r\n\r\n");
    c.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
    c.reset();
  });
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error(), Errc::kReset);
}

TEST(Fetch, TellsGarbage) {
  for (const char* garbage : {"SSH-2.0-OpenSSH\r\n\r\n", "-ERR unknown command\r\n\r\n"}) {
    const Answer answer = call(says(garbage));
    ASSERT_FALSE(answer) << garbage;
    EXPECT_EQ(answer.error(), Errc::kBadResponse) << garbage;
  }
}

TEST(Fetch, BoundsEndlessBodies) {
  HttpCall request;
  request.body_bytes_max = 100'000;
  const Answer answer = call(
      [](PeerConnection& c) {
        c.receive_until("\r\n\r\n");
        c.send("HTTP/1.1 200 OK\r\n\r\n");
        while (c.send(std::string(4096, 'x'))) {
        }
      },
      request);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error(), Errc::kTooLarge);
}

TEST(Fetch, BoundsAnnouncedBodies) {
  const Answer answer = call(says("HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error(), Errc::kTooLarge);
}

}  // namespace
}  // namespace crema::net
