#include "crema/base/repeat_filter.h"

#include <gtest/gtest.h>

namespace crema::base {
namespace {

constexpr TimePoint kStart{Duration{1'000'000}};

TEST(RepeatFilter, WritesOncePerWindowAndCountsTheRest) {
  RepeatFilter filter;
  EXPECT_EQ(filter.admit("slow client", kStart), 0u);
  EXPECT_EQ(filter.admit("slow client", kStart), std::nullopt);
  EXPECT_EQ(filter.admit("slow client", kStart + Duration{2999}), std::nullopt);
  EXPECT_EQ(filter.admit("slow client", kStart + Duration{3000}), 2u);
  EXPECT_EQ(filter.admit("slow client", kStart + Duration{5999}), std::nullopt);
  EXPECT_EQ(filter.admit("slow client", kStart + Duration{6000}), 1u);
  EXPECT_EQ(filter.admit("slow client", kStart + Duration{9000}), 0u);
}

TEST(RepeatFilter, CountsEveryMessageByItself) {
  RepeatFilter filter;
  EXPECT_EQ(filter.admit("one", kStart), 0u);
  EXPECT_EQ(filter.admit("two", kStart), 0u);
  EXPECT_EQ(filter.admit("two", kStart), std::nullopt);
  EXPECT_EQ(filter.admit("one", kStart + RepeatFilter::kWindow), 0u);
}

TEST(RepeatFilter, ForgetsTheOldestWhenFull) {
  RepeatFilter filter;
  for (size_t i = 0; i < RepeatFilter::kMessagesMax; ++i) {
    ASSERT_EQ(filter.admit(std::to_string(i), kStart + Duration{i}), 0u);
  }
  const TimePoint later = kStart + Duration{500};
  EXPECT_EQ(filter.admit("1", later), std::nullopt);
  EXPECT_EQ(filter.admit("one more", later), 0u);
  EXPECT_EQ(filter.admit("1", later), std::nullopt);
  EXPECT_EQ(filter.admit("0", later), 0u);
}

}  // namespace
}  // namespace crema::base
