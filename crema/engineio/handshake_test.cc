#include "crema/engineio/handshake.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace crema::engineio {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(HeaderList, KeepsNamesAndValuesInOrderWhateverTheyHold) {
  HeaderList list;
  EXPECT_TRUE(list.empty());
  EXPECT_EQ(list.begin(), list.end());
  const std::string odd("\0\xff\n", 3);
  list.add("a", "1");
  list.add("", "");
  list.add("b", odd);
  list.add("a", std::string(70'000, 'x'));
  list.shrink();
  EXPECT_THAT(list, ElementsAre(Pair("a", "1"), Pair("", ""), Pair("b", odd),
                                Pair("a", std::string(70'000, 'x'))));
}

TEST(Handshake, FindsTheFirstHeaderWithoutCase) {
  const Handshake handshake{
      .headers = {{"Cookie", "a"}, {"COOKIE", "b"}, {"Cook", "c"}}, .query = {}, .address = {}};
  EXPECT_EQ(handshake.header("cookie"), "a");
  EXPECT_EQ(handshake.header("cook"), "c");
  EXPECT_FALSE(handshake.header("cookies"));
}

}  // namespace
}  // namespace crema::engineio
