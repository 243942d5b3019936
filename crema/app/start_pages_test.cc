#include "crema/app/start_pages.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace crema::app {
namespace {

// Of this program's code, in KiB.
size_t resident_code() {
  const std::string program = std::filesystem::read_symlink("/proc/self/exe");
  std::ifstream smaps("/proc/self/smaps");
  size_t total = 0;
  bool is_code = false;
  for (std::string line; std::getline(smaps, line);) {
    std::istringstream words(line);
    std::string first, second;
    words >> first >> second;
    if (!first.ends_with(':')) is_code = second == "r-xp" && line.ends_with(program);
    if (is_code && first == "Rss:") total += std::stoul(second);
  }
  return total;
}

TEST(StartPages, LeaveTheProcess) {
  const size_t before = resident_code();
  ASSERT_GT(before, 0U);
  release_start_pages();
  EXPECT_LT(resident_code(), before / 2);
}

TEST(StartPages, LeaveOnceTheStartHasSettled) {
  base::TimingWheel wheel(base::TimePoint{});
  const StartPages pages(wheel, base::TimePoint{});
  EXPECT_EQ(wheel.size(), 1U);
  wheel.advance(base::TimePoint{} + 2 * StartPages::kSettled);
  EXPECT_EQ(wheel.size(), 0U);
}

}  // namespace
}  // namespace crema::app
