#include "crema/redis/address.h"

#include <gtest/gtest.h>

namespace crema::redis {
namespace {

Address parsed(std::string_view url) {
  const auto address = parse_url(url);
  EXPECT_TRUE(address) << url;
  return address.value_or(Address{});
}

TEST(Address, ReadsTheUrlOfABench) {
  const Address address = parsed("redis://127.0.0.1:11000");
  EXPECT_EQ(address.endpoint, (net::Endpoint{.host = "127.0.0.1", .port = 11000, .unix_path = ""}));
  EXPECT_EQ(address.db, 0);
  EXPECT_EQ(address.password, "");
}

TEST(Address, DecodesCredentials) {
  const Address address = parsed("redis://us%40er:p%3a%2Fw@redis-queue:6380/3");
  EXPECT_EQ(address.username, "us@er");
  EXPECT_EQ(address.password, "p:/w");
  EXPECT_EQ(address.endpoint.host, "redis-queue");
  EXPECT_EQ(address.endpoint.port, 6380);
  EXPECT_EQ(address.db, 3);
}

TEST(Address, TakesAPasswordWithoutAUser) {
  const Address address = parsed("redis://:secret@h");
  EXPECT_EQ(address.username, "");
  EXPECT_EQ(address.password, "secret");
}

TEST(Address, HasDefaults) {
  const Address address = parsed("redis://");
  EXPECT_EQ(address.endpoint.host, "localhost");
  EXPECT_EQ(address.endpoint.port, 6379);
  EXPECT_EQ(parsed("redis://h/").db, 0);
}

TEST(Address, ReadsIpv6Literals) {
  EXPECT_EQ(parsed("redis://[::1]:7000").endpoint.host, "::1");
  EXPECT_EQ(parsed("redis://[::1]:7000").endpoint.port, 7000);
  EXPECT_EQ(parsed("redis://[::1]").endpoint.port, 6379);
}

TEST(Address, TakesAUnixPathAsItIs) {
  EXPECT_EQ(parsed("unix:///run/a@b:c/redis.sock").endpoint.unix_path, "/run/a@b:c/redis.sock");
}

TEST(Address, KnowsTlsByItsScheme) {
  const Address address = parsed("rediss://frappe:p%40ss@redis.example:6380/1?ssl_cert_reqs=none");
  EXPECT_EQ(address.security, Security::kTls);
  EXPECT_EQ(address.endpoint.host, "redis.example");
  EXPECT_EQ(address.endpoint.port, 6380);
  EXPECT_EQ(address.username, "frappe");
  EXPECT_EQ(address.password, "p@ss");
  EXPECT_EQ(address.db, 1);
  EXPECT_EQ(address.to_log_string(), "rediss://redis.example:6380/1");
  EXPECT_EQ(parsed("redis://h").security, Security::kPlain);
}

TEST(Address, RefusesWhatIsNoRedisUrl) {
  for (const char* url :
       {"", "127.0.0.1:6379", "http://h", "unix://", "redis://h:", "redis://h:x", "redis://h:0",
        "redis://h:65536", "redis://h:-1", "redis://[::1", "redis://[::1]x", "redis://h/x",
        "redis://h/-1", "redis://h/1/2", "redis://%zz@h", "redis://a:%4@h", "redis://a%@h"}) {
    const auto address = parse_url(url);
    ASSERT_FALSE(address) << url;
    EXPECT_EQ(address.error(), Errc::kBadUrl) << url;
  }
}

TEST(Address, IsLoggedWithoutCredentials) {
  EXPECT_EQ(parsed("redis://user:hunter2@h:1/2").to_log_string(), "redis://h:1/2");
  EXPECT_EQ(parsed("unix:///run/r.sock").to_log_string(), "unix:/run/r.sock");
}

}  // namespace
}  // namespace crema::redis
