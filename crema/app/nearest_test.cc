#include "crema/app/nearest.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace crema::app {
namespace {

constexpr std::array<std::string_view, 4> kNames = {"host", "shards", "log_level", "log_format"};

TEST(NearestName, IsTheOneThatNeedsTheFewestChanges) {
  EXPECT_EQ(nearest_name("hots", kNames), "host");
  EXPECT_EQ(nearest_name("shard", kNames), "shards");
  EXPECT_EQ(nearest_name("loglevel", kNames), "log_level");
  EXPECT_EQ(nearest_name("log_fromat", kNames), "log_format");
}

TEST(NearestName, AnswersForAnyInput) {
  EXPECT_EQ(nearest_name("", kNames), "host");
  EXPECT_FALSE(nearest_name(std::string(100000, 'x'), kNames).empty());
  EXPECT_EQ(nearest_name("x", {}), "");
}

}  // namespace
}  // namespace crema::app
