#include "crema/cli/message_argument.h"

#include <gtest/gtest.h>

#include <sstream>

namespace crema::cli {
namespace {

TEST(ReadMessage, TakesTheArgumentItself) {
  std::istringstream input("not read");
  EXPECT_EQ(read_message("{\"a\":1}", input), "{\"a\":1}");
}

TEST(ReadMessage, TakesAllOfTheInputForADash) {
  const std::string long_text(100'000, 'x');
  std::istringstream input(long_text);
  EXPECT_EQ(read_message("-", input), long_text);
  std::istringstream empty;
  EXPECT_EQ(read_message("-", empty), "");
}

TEST(ReadMessage, RefusesInputWithoutEnd) {
  std::istringstream input(std::string(kMessageBytesMax + 1, 'x'));
  EXPECT_FALSE(read_message("-", input));
}

}  // namespace
}  // namespace crema::cli
