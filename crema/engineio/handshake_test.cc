#include "crema/engineio/handshake.h"

#include <gtest/gtest.h>

namespace crema::engineio {
namespace {

TEST(Handshake, FindsTheFirstHeaderWithoutCase) {
  const Handshake handshake{
      .headers = {{"Cookie", "a"}, {"COOKIE", "b"}, {"Cook", "c"}}, .query = {}, .address = {}};
  EXPECT_EQ(handshake.header("cookie"), "a");
  EXPECT_EQ(handshake.header("cook"), "c");
  EXPECT_FALSE(handshake.header("cookies"));
}

}  // namespace
}  // namespace crema::engineio
