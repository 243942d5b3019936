#include "crema/base/histogram.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace crema::base {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

const Histogram kBaking{"test_baking_seconds", "kind=\"pie\"", "How long it bakes."};
const Histogram kCooling{"test_cooling_seconds", "", "How long it cools."};

TEST(Histogram, CountsEachTimeInEveryBucketThatHoldsIt) {
  kBaking.observe(0ns);
  kBaking.observe(50us);
  kBaking.observe(50us + 1ns);
  std::thread([] { kBaking.observe(60s); }).join();
  EXPECT_EQ(kBaking.count(), 4);
  const std::string text = histograms_text();
  EXPECT_THAT(text, HasSubstr("# HELP test_baking_seconds How long it bakes.\n"
                              "# TYPE test_baking_seconds histogram\n"
                              "test_baking_seconds_bucket{kind=\"pie\",le=\"5e-05\"} 2\n"
                              "test_baking_seconds_bucket{kind=\"pie\",le=\"0.0001\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("test_baking_seconds_bucket{kind=\"pie\",le=\"10\"} 3\n"
                              "test_baking_seconds_bucket{kind=\"pie\",le=\"+Inf\"} 4\n"
                              "test_baking_seconds_sum{kind=\"pie\"} 60.000100001\n"
                              "test_baking_seconds_count{kind=\"pie\"} 4\n"));
}

TEST(Histogram, NeedsNoLabels) {
  kCooling.observe(3ms);
  EXPECT_THAT(histograms_text(), HasSubstr("test_cooling_seconds_bucket{le=\"0.0025\"} 0\n"
                                           "test_cooling_seconds_bucket{le=\"0.01\"} 1\n"));
  EXPECT_THAT(histograms_text(), HasSubstr("test_cooling_seconds_count 1\n"));
}

TEST(Histogram, ShowsItsCellsToNobodyElse) {
  EXPECT_THAT(metrics_text(), Not(HasSubstr("baking")));
  for (const MetricSample& sample : collect_metrics()) EXPECT_FALSE(sample.name.empty());
}

}  // namespace
}  // namespace crema::base
