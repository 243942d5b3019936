#include "crema/frappe/origin_endpoint.h"

#include <gtest/gtest.h>

namespace crema::frappe {
namespace {

std::string authority(std::string_view origin, uint16_t developer_port = 0) {
  const auto result = origin_endpoint(origin, developer_port);
  return result ? result->authority : "none";
}

TEST(OriginEndpoint, IsTheOriginsHostAndPort) {
  EXPECT_EQ(authority("http://a.localhost"), "a.localhost");
  EXPECT_EQ(authority("http://a.localhost:80"), "a.localhost");
  EXPECT_EQ(authority("http://a.localhost:8001"), "a.localhost:8001");
  EXPECT_EQ(origin_endpoint("http://a", 0)->endpoint.port, 80);
  EXPECT_EQ(origin_endpoint("http://a:8001", 0)->endpoint.to_string(), "a:8001");
}

TEST(OriginEndpoint, IsUnderTlsForHttps) {
  EXPECT_EQ(authority("https://a"), "a");
  EXPECT_EQ(authority("https://a:443"), "a");
  EXPECT_EQ(authority("https://a:8443"), "a:8443");
  EXPECT_EQ(origin_endpoint("https://a", 0)->endpoint.port, 443);
  EXPECT_TRUE(origin_endpoint("https://a", 0)->is_https);
  EXPECT_FALSE(origin_endpoint("http://a", 0)->is_https);
  EXPECT_EQ(authority("https://a", 8000), "a") << "the web process's port speaks no TLS";
}

TEST(OriginEndpoint, TakesTheWebProcesssPortInDeveloperMode) {
  EXPECT_EQ(authority("http://a:9000", 8000), "a:8000");
  EXPECT_EQ(authority("http://a", 8000), "a:8000");
}

TEST(OriginEndpoint, IsNoneForWhatCannotBeAsked) {
  for (const char* origin : {"", "null", "a", "https://", "http://", "http://:80",
                             "http://a:", "http://a:0", "http://a:65536", "http://a:8x",
                             "http://a/b", "http://u@a", "http://[::1]:80", "file:///a"}) {
    EXPECT_EQ(authority(origin), "none") << origin;
  }
}

}  // namespace
}  // namespace crema::frappe
