#include "crema/base/counter.h"

#include <gtest/gtest.h>

#include <thread>

namespace crema::base {
namespace {

const Counter kApples{"test_fruit_total", "kind=\"apple\"", "Fruit seen."};
const Counter kPears{"test_fruit_total", "kind=\"pear\"", "Fruit seen."};
const Gauge kBasket{"test_basket", "", "Fruit at hand."};

TEST(Counter, KeepsWhatThreadsThatEndedHaveCounted) {
  const int64_t before = kApples.value();
  kApples.add(2);
  std::thread([] { kApples.add(5); }).join();
  EXPECT_EQ(kApples.value() - before, 7);
}

TEST(Counter, GaugeGoesDownOnAnotherThread) {
  kBasket.add(3);
  std::thread([] { kBasket.sub(1); }).join();
  EXPECT_EQ(kBasket.value(), 2);
}

TEST(Counter, TextHasOneHelpPerNameAndOneLinePerSeries) {
  kPears.add(0);
  const std::string text = metrics_text();
  const std::string help = "# HELP test_fruit_total Fruit seen.\n# TYPE test_fruit_total counter\n";
  const size_t at = text.find(help);
  ASSERT_NE(at, std::string::npos);
  EXPECT_EQ(text.find(help, at + 1), std::string::npos);
  EXPECT_NE(text.find("test_fruit_total{kind=\"pear\"} 0\n"), std::string::npos);
}

}  // namespace
}  // namespace crema::base
