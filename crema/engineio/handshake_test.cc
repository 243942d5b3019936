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
  list.add(std::string(127, 'n'), std::string(128, 'v'));
  list.add("a", std::string(70'000, 'x'));
  list.shrink();
  EXPECT_THAT(list, ElementsAre(Pair("a", "1"), Pair("", ""), Pair("b", odd),
                                Pair(std::string(127, 'n'), std::string(128, 'v')),
                                Pair("a", std::string(70'000, 'x'))));
}

TEST(Handshake, FindsTheFirstHeaderWithoutCase) {
  const Handshake handshake("EIO=4", "127.0.0.1",
                            {{"Cookie", "a"}, {"COOKIE", "b"}, {"Cook", "c"}});
  EXPECT_EQ(handshake.header("cookie"), "a");
  EXPECT_EQ(handshake.header("cook"), "c");
  EXPECT_FALSE(handshake.header("cookies"));
}

TEST(Handshake, KeepsQueryAndAddressApartFromHeaders) {
  Handshake handshake("EIO=4&a=b", "::1");
  EXPECT_TRUE(handshake.headers().empty());
  handshake.add("A", "1");
  handshake.shrink();
  EXPECT_EQ(handshake.query(), "EIO=4&a=b");
  EXPECT_EQ(handshake.address(), "::1");
  EXPECT_THAT(handshake.headers(), ElementsAre(Pair("A", "1")));
  EXPECT_FALSE(handshake.header("eio=4&a=b"));
  const Handshake nothing;
  EXPECT_EQ(nothing.query(), "");
  EXPECT_EQ(nothing.address(), "");
  EXPECT_TRUE(nothing.headers().empty());
}

}  // namespace
}  // namespace crema::engineio
