#include "crema/load/come_back_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crema::load {
namespace {

using ::testing::HasSubstr;

ComeBack example() {
  ComeBack found;
  found.homecoming.connections = 3;
  found.homecoming.lost = 3;
  found.homecoming.back_since_lost = {
      .count = 2, .median_ms = 900, .p99_ms = 1400, .last_ms = 1500};
  found.homecoming.gave_up = 1;
  found.homecoming.gave_up_reasons = {{"an \"odd\"\n\xff one", 1}};
  found.first_answer_at = std::chrono::system_clock::time_point(std::chrono::seconds(5));
  return found;
}

TEST(ComeBackReport, SaysInJsonWhatBecameOfWhom) {
  const auto json = to_json({}, example());
  EXPECT_THAT(json, HasSubstr(R"("is_well":false,"lost":3,"back":2,)"));
  EXPECT_THAT(json, HasSubstr(R"("back_since_lost_ms":{"count":2,"median":900.0,)"));
  EXPECT_THAT(json, HasSubstr(R"("first_lost_at_ms":0,"first_answer_at_ms":5000,)"));
  EXPECT_THAT(json, HasSubstr(R"("gave_up_reasons":{"an \"odd\"\u000a\u00ff one":1})"));
}

TEST(ComeBackReport, LeavesOutOfTheTextWhatWasNotAsked) {
  Options options;
  EXPECT_THAT(to_text(options, example()), HasSubstr("heard       nobody"));
  options.messages = 0;
  EXPECT_THAT(to_text(options, example()), ::testing::Not(HasSubstr("heard")));
  EXPECT_THAT(to_text(options, example()), HasSubstr("back        2; median 900, p99 1400"));
}

TEST(ComeBackReport, IsWellOnlyWhenAllAreBackAndHeardIfTheyCould) {
  Options options;
  auto found = example();
  EXPECT_FALSE(found.is_well(options));
  found.homecoming.back_since_lost.count = 3;
  EXPECT_FALSE(found.is_well(options));
  found.homecoming.heard_since_answer.count = 3;
  EXPECT_TRUE(found.is_well(options));
  found.homecoming.heard_since_answer.count = 0;
  options.messages = 0;
  EXPECT_TRUE(found.is_well(options));
}

}  // namespace
}  // namespace crema::load
