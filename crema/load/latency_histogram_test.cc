#include "crema/load/latency_histogram.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace crema::load {
namespace {

TEST(LatencyHistogram, IsZeroWhenEmpty) {
  const LatencyHistogram histogram;
  EXPECT_EQ(histogram.percentile(0.5), 0u);
  EXPECT_EQ(histogram.max(), 0u);
}

TEST(LatencyHistogram, KeepsSmallValuesExactly) {
  LatencyHistogram histogram;
  for (std::uint64_t value = 1; value <= 100; ++value) histogram.record(value);
  EXPECT_EQ(histogram.percentile(0.5), 50u);
  EXPECT_EQ(histogram.percentile(0.99), 99u);
  EXPECT_EQ(histogram.percentile(1.0), 100u);
}

TEST(LatencyHistogram, IsWithinOneSixtyFourthOfLargeValues) {
  for (std::uint64_t value = 129; value < (std::uint64_t{1} << 40); value = value * 5 / 3) {
    LatencyHistogram histogram;
    histogram.record(value);
    histogram.record(value * 4);
    EXPECT_GE(histogram.percentile(0.5), value);
    EXPECT_LE(histogram.percentile(0.5), value + value / 64);
  }
}

TEST(LatencyHistogram, HoldsTheLargestValue) {
  LatencyHistogram histogram;
  histogram.record(std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(histogram.percentile(1.0), std::numeric_limits<std::uint64_t>::max());
}

TEST(LatencyHistogram, NeverReportsMoreThanItsMaximum) {
  LatencyHistogram histogram;
  histogram.record(1'000'000);
  EXPECT_EQ(histogram.percentile(0.999), 1'000'000u);
}

}  // namespace
}  // namespace crema::load
