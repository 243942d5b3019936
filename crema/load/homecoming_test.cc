#include "crema/load/homecoming.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crema::load {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

constexpr std::uint64_t kMs = 1'000'000;

Homecoming of(const std::vector<Journey>& journeys) {
  std::vector<const Journey*> all;
  all.reserve(journeys.size());
  for (const auto& journey : journeys) all.push_back(&journey);
  return summarize(all);
}

TEST(Homecoming, CountsFromEachLossAndFromTheFirstAnswerOfAll) {
  const auto home = of({{.lost_ns = 10 * kMs,
                         .answered_ns = 1000 * kMs,
                         .back_ns = 1010 * kMs,
                         .heard_ns = 1100 * kMs,
                         .losses = 1,
                         .attempts = 1},
                        {.lost_ns = 30 * kMs,
                         .answered_ns = 1500 * kMs,
                         .back_ns = 1530 * kMs,
                         .losses = 2,
                         .attempts = 2,
                         .is_recovered = true}});
  EXPECT_EQ(home.back_since_lost.count, 2u);
  EXPECT_DOUBLE_EQ(home.back_since_lost.median_ms, 1000);
  EXPECT_DOUBLE_EQ(home.back_since_lost.last_ms, 1500);
  EXPECT_DOUBLE_EQ(home.back_since_answer.last_ms, 530);
  EXPECT_DOUBLE_EQ(home.heard_since_answer.last_ms, 100);
  EXPECT_EQ(home.first_lost_ns, 10 * kMs);
  EXPECT_EQ(home.first_answer_ns, 1000 * kMs);
  EXPECT_EQ(home.attempts_max, 2u);
  EXPECT_EQ(home.losses_max, 2u);
  EXPECT_EQ(home.recovered, 1u);
  EXPECT_TRUE(home.are_all_back());
  EXPECT_FALSE(home.have_all_heard());
}

TEST(Homecoming, HasOneWhoWasNeverLostNotBack) {
  const auto home = of({Journey{}});
  EXPECT_EQ(home.lost, 0u);
  EXPECT_FALSE(home.are_all_back());
}

TEST(Homecoming, CountsReasonsApart) {
  using enum Journey::End;
  const auto home = of({{.losses = 1, .end = kGaveUp, .reason = "refused"},
                        {.losses = 1, .end = kGaveUp, .reason = "refused"},
                        {.losses = 1, .end = kRefused, .reason = "44"}});
  EXPECT_EQ(home.gave_up, 2u);
  EXPECT_EQ(home.refused, 1u);
  EXPECT_THAT(home.gave_up_reasons, ElementsAre(Pair("refused", 2)));
  EXPECT_THAT(home.refused_reasons, ElementsAre(Pair("44", 1)));
  EXPECT_EQ(home.lost, 3u);
}

TEST(Homecoming, KeepsOnlySomeReasons) {
  std::vector<Journey> all(100, Journey{.end = Journey::End::kRefused});
  for (std::size_t i = 0; i < all.size(); ++i) all[i].reason = std::to_string(i);
  EXPECT_EQ(of(all).refused_reasons.size(), Homecoming::kReasonsMax);
  EXPECT_EQ(of(all).refused, 100u);
}

}  // namespace
}  // namespace crema::load
