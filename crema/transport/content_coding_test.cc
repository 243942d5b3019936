#include "crema/transport/content_coding.h"

#include <gtest/gtest.h>

#include <string>

namespace crema::transport {
namespace {

http::Response answered(size_t bytes, std::vector<http::Header> headers) {
  http::Request request;
  request.headers = std::move(headers);
  http::Response response{.status = 200, .headers = {}, .body = std::string(bytes, '4')};
  compress_body(request, response, 1024);
  return response;
}

std::string_view coding(size_t bytes, std::string accept) {
  static http::Response response;
  response = answered(bytes, {{"Accept-Encoding", std::move(accept)}});
  return response.header("Content-Encoding").value_or("none");
}

TEST(ContentCoding, BeginsAtTheThreshold) {
  EXPECT_EQ(coding(1012, "gzip"), "none");
  EXPECT_EQ(coding(1023, "gzip"), "none");
  EXPECT_EQ(coding(1024, "gzip"), "gzip");
  EXPECT_EQ(coding(1026, "gzip"), "gzip");
}

TEST(ContentCoding, IsTheClientsChoice) {
  EXPECT_EQ(coding(5000, "gzip, deflate, br"), "gzip");
  EXPECT_EQ(coding(5000, "deflate, gzip"), "deflate");
  EXPECT_EQ(coding(5000, "gzip;q=0.2, deflate;q=0.9"), "deflate");
  EXPECT_EQ(coding(5000, "br"), "none");
  EXPECT_EQ(coding(5000, "identity"), "none");
  EXPECT_EQ(answered(5000, {}).header("Content-Encoding"), std::nullopt);
}

TEST(ContentCoding, MakesTheBodySmaller) {
  const http::Response response = answered(5000, {{"accept-encoding", "gzip"}});
  EXPECT_LT(response.body.size(), 100U);
  EXPECT_EQ(response.body.substr(0, 2), "\x1f\x8b");
}

TEST(ContentCoding, CanBeOff) {
  http::Request request;
  request.headers = {{"Accept-Encoding", "gzip"}};
  http::Response response{.body = std::string(5000, '4')};
  compress_body(request, response, std::nullopt);
  EXPECT_EQ(response.body.size(), 5000U);
  EXPECT_TRUE(response.headers.empty());
}

}  // namespace
}  // namespace crema::transport
