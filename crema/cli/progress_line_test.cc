#include "crema/cli/progress_line.h"

#include <gtest/gtest.h>

namespace crema::cli {
namespace {

void expect(std::string_view line, double percent, std::string_view description) {
  const auto read = read_progress_line(line);
  ASSERT_TRUE(read) << line;
  EXPECT_EQ(read->percent, percent) << line;
  EXPECT_EQ(read->description, description) << line;
}

TEST(ProgressLine, IsANumberAndPerhapsADescription) {
  expect("25", 25, "");
  expect(" 25.5\t row 5 of 20 \r", 25.5, "row 5 of 20");
  expect("25% done", 25, "done");
  expect("-1 the disk is full", -1, "the disk is full");
  expect("0 0", 0, "0");
}

TEST(ProgressLine, RefusesWhatDoesNotBeginWithANumber) {
  for (const char* line : {"", "row 5", "5th row", "%", "nan", "inf", "1e999", "5/20", "--5"}) {
    EXPECT_FALSE(read_progress_line(line)) << line;
  }
}

}  // namespace
}  // namespace crema::cli
