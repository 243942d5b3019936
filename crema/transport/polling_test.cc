#include "crema/transport/polling.h"

#include "crema/engineio/recording_host.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace crema::transport {
namespace {

using engineio::CloseReason;
using engineio::Session;
using testing::ElementsAre;
using testing::IsEmpty;

class PollingTest : public testing::Test {
 protected:
  PollingTest() {
    session_.set_listener(listener_);
    (void)session_.start_poll();
    (void)host_.body(session_);
  }
  ~PollingTest() override { session_.fail(CloseReason::kServerShutdown); }

  http::Response post(std::string body, std::vector<http::Header> headers = {}) {
    const http::Request request{
        .method = "POST", .target = "/", .headers = std::move(headers), .body = std::move(body)};
    if (auto refused = refuse_post(session_, request, config_)) return std::move(*refused);
    engineio::PayloadCursor packets(request.body);
    EXPECT_TRUE(feed_post(session_, packets, config_.payload_packets_max));
    return post_response(request);
  }

  engineio::Config config_;
  engineio::RecordingHost host_;
  engineio::RecordingListener listener_;
  Session session_{std::string(20, 'A'), engineio::TransportKind::kPolling, config_, host_,
                   Session::Upgrades::kWebSocket};
};

TEST_F(PollingTest, AnswersAGetWithPackets) {
  const http::Response response = poll_response({},
                                                "4a\x1e"
                                                "4b");
  EXPECT_EQ(http::serialize(response, http::KeepAlive::kYes, http::Body::kFull),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=UTF-8\r\n"
            "cache-control: no-store\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\n"
            "4a\x1e"
            "4b");
}

TEST_F(PollingTest, AnswersAPostWithOk) {
  EXPECT_EQ(http::serialize(post("4a"), http::KeepAlive::kYes, http::Body::kFull),
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\ncache-control: no-store\r\n"
            "Content-Length: 2\r\nConnection: keep-alive\r\n\r\nok");
}

TEST_F(PollingTest, KeepsInternetExplorerFromFiltering) {
  for (const char* agent : {"Mozilla/4.0 (compatible;MSIE 8.0)", "Mozilla/5.0 (Trident/7.0)"}) {
    EXPECT_EQ(post("3", {{"User-Agent", agent}}).header("X-XSS-Protection"), "0");
    http::Request request;
    request.headers = {{"User-Agent", agent}};
    EXPECT_EQ(poll_response(request, "6").header("X-XSS-Protection"), "0");
  }
  EXPECT_FALSE(post("3", {{"User-Agent", "Mozilla/5.0"}}).header("X-XSS-Protection"));
}

TEST_F(PollingTest, HandsThePacketsOfAPostUp) {
  EXPECT_EQ(post("4a\x1e"
                 "bAQI=\x1e"
                 "3\x1e"
                 "4b")
                .body,
            "ok");
  EXPECT_THAT(listener_.messages, ElementsAre("t:a", "b:\x01\x02", "t:b"));
}

TEST_F(PollingTest, FeedsAPostInShares) {
  const std::string body =
      "4a\x1e"
      "4b\x1e"
      "4c";
  engineio::PayloadCursor packets(body);
  EXPECT_FALSE(feed_post(session_, packets, 2));
  EXPECT_THAT(listener_.messages, ElementsAre("t:a", "t:b"));
  EXPECT_TRUE(feed_post(session_, packets, 2));
  EXPECT_THAT(listener_.messages, ElementsAre("t:a", "t:b", "t:c"));
  engineio::PayloadCursor exactly(body);
  EXPECT_TRUE(feed_post(session_, exactly, 3)) << "no turn for nothing";
}

TEST_F(PollingTest, FeedsNothingMoreOnceTheSessionIsOver) {
  const std::string body =
      "4a\x1e"
      "7\x1e"
      "4c";
  engineio::PayloadCursor packets(body);
  EXPECT_FALSE(feed_post(session_, packets, 1));
  EXPECT_TRUE(feed_post(session_, packets, 1));
  EXPECT_THAT(listener_.messages, ElementsAre("t:a"));
  EXPECT_THAT(listener_.closed, ElementsAre(CloseReason::kParseError));
}

TEST_F(PollingTest, AcceptsAnyContentTypeButOctetStream) {
  for (const char* type :
       {"text/plain;charset=UTF-8", "application/json", "", "application/octet-stream; x=y"}) {
    EXPECT_EQ(post("4a", {{"Content-Type", type}}).status, 200U) << type;
  }
  (void)session_.start_poll();
  const http::Response response = post("4a", {{"content-type", "application/octet-stream"}});
  EXPECT_EQ(response.status, 400U);
  EXPECT_EQ(response.body, "");
  EXPECT_EQ(host_.ended, "1");
  EXPECT_THAT(listener_.closed, ElementsAre(CloseReason::kTransportError));
}

TEST_F(PollingTest, SaysOkToWhatItCannotDecodeAndEndsTheSession) {
  (void)session_.start_poll();
  EXPECT_EQ(post("4a\x1e"
                 "abc\x1e"
                 "4b")
                .body,
            "ok");
  EXPECT_EQ(host_.ended, "1");
  EXPECT_THAT(listener_.messages, ElementsAre("t:a")) << "the rest is dropped";
  EXPECT_THAT(listener_.closed, ElementsAre(CloseReason::kParseError));
}

TEST_F(PollingTest, ReadsAnEmptyBodyAsAnEmptyPacket) {
  EXPECT_EQ(post("").body, "ok");
  EXPECT_THAT(listener_.closed, ElementsAre(CloseReason::kParseError));
}

TEST_F(PollingTest, AnswersACloseWithANoop) {
  (void)session_.start_poll();
  EXPECT_EQ(post("1\x1e"
                 "4a")
                .body,
            "ok");
  EXPECT_EQ(host_.ended, "6");
  EXPECT_THAT(listener_.messages, IsEmpty());
}

TEST_F(PollingTest, StopsWhereAMessageClosesTheSession) {
  listener_.on_message = [this] { session_.close(CloseReason::kForcedClose); };
  EXPECT_EQ(post("4a\x1e"
                 "4b")
                .status,
            200U);
  EXPECT_THAT(listener_.messages, ElementsAre("t:a"));
}

TEST_F(PollingTest, SaysOkWhileTheSessionIsClosing) {
  session_.close(CloseReason::kForcedClose);
  EXPECT_EQ(post("4a").body, "ok");
  EXPECT_THAT(listener_.messages, IsEmpty());
}

TEST_F(PollingTest, BoundsThePacketsOfAPost) {
  std::string body = "3";
  for (size_t i = 1; i < config_.payload_packets_max; ++i)
    body +=
        "\x1e"
        "3";
  EXPECT_EQ(post(body).status, 200U);
  EXPECT_EQ(session_.state(), Session::State::kOpen);
  EXPECT_EQ(post(body + "\x1e"
                        "3")
                .status,
            400U);
  EXPECT_THAT(listener_.closed, ElementsAre(CloseReason::kTransportError));
}

TEST_F(PollingTest, SurvivesManyEmptyMessages) {
  EXPECT_EQ(post(std::string(900'000, '2')).body, "ok");
  EXPECT_THAT(listener_.closed, ElementsAre(CloseReason::kTransportError)) << "one ping packet";
}

TEST(BareResponse, HasAStatusAndNothingElse) {
  EXPECT_EQ(http::serialize(bare_response(413), http::KeepAlive::kNo, http::Body::kFull),
            "HTTP/1.1 413 Payload Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
}

}  // namespace
}  // namespace crema::transport
