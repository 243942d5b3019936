#include "crema/base/text_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace crema::base {
namespace {

std::vector<std::string> all(const TextList& list) {
  std::vector<std::string> texts;
  for (const std::string_view text : list) texts.emplace_back(text);
  return texts;
}

TEST(TextList, HoldsAnyTextsInTheirOrder) {
  std::vector<std::string> texts = {"", "a", std::string("\0b\xff", 3)};
  for (const size_t size : {127U, 128U, 16383U, 16384U, 70000U}) texts.emplace_back(size, 'x');
  const TextList list(texts);
  EXPECT_FALSE(list.empty());
  EXPECT_EQ(all(list), texts);
}

TEST(TextList, IsEmptyUntilSomethingIsAdded) {
  TextList list;
  EXPECT_TRUE(list.empty());
  EXPECT_EQ(list.begin(), list.end());
  list.add("");
  EXPECT_FALSE(list.empty());
  EXPECT_EQ(all(list), std::vector<std::string>{""});
}

}  // namespace
}  // namespace crema::base
