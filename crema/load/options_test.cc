#include "crema/load/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crema::load {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

RawOptions raw() {
  RawOptions raw;
  raw.server = "127.0.0.1:9000";
  raw.redis = "127.0.0.1:11000";
  raw.options.site = "a.test";
  return raw;
}

TEST(Options, NeedRedisOnlyToPublish) {
  RawOptions given = raw();
  given.redis.clear();
  EXPECT_THAT(understand(given).error(), HasSubstr("--redis"));
  given.options.messages = 0;
  EXPECT_TRUE(understand(given));
  given.options.messages = 10;
  given.options.echo_depth = 1;
  EXPECT_TRUE(understand(given));
}

TEST(Options, NameTheAddressThatIsNone) {
  RawOptions given = raw();
  given.server = "here";
  EXPECT_EQ(understand(given).error(), "--server: 'here' is not ADDRESS:PORT");
}

TEST(Options, CompleteTheHandshakeOfTheSite) {
  EXPECT_THAT(understand(raw())->headers,
              ElementsAre("Host: a.test:9000", "Origin: http://a.test:9000"));
  RawOptions given = raw();
  given.options.headers = {"Host: b"};
  EXPECT_THAT(understand(given)->headers, ElementsAre("Host: b"));
}

TEST(Options, RefuseAPlanThatCannotBeCounted) {
  RawOptions given = raw();
  given.options.connections = 10;
  given.options.rooms = 3;
  EXPECT_FALSE(understand(given));
}

TEST(Options, RefuseToComeBackAmidAnotherMeasurement) {
  RawOptions given = raw();
  given.come_back_seconds = 60;
  given.no_recovery = true;
  const auto options = understand(given);
  ASSERT_TRUE(options);
  EXPECT_EQ(options->come_back, std::chrono::seconds(60));
  EXPECT_FALSE(options->recovers);
  given.hold_seconds = 1;
  EXPECT_THAT(understand(given).error(), HasSubstr("--come-back"));
}

}  // namespace
}  // namespace crema::load
