#include "crema/http/header.h"

#include <gtest/gtest.h>

#include <vector>

namespace crema::http {
namespace {

TEST(Header, ComparesLettersWithoutCaseAndNothingElse) {
  EXPECT_TRUE(equals_ignoring_case("Content-Length", "content-LENGTH"));
  EXPECT_FALSE(equals_ignoring_case("a", "ab"));
  EXPECT_FALSE(equals_ignoring_case("[", "{"));
  EXPECT_FALSE(equals_ignoring_case("\xC9", "\xE9"));
}

TEST(Header, FirstOfARepeatedNameIsFound) {
  const std::vector<Header> headers{{"A", "1"}, {"b", "2"}, {"B", "3"}};
  EXPECT_EQ(find_header(headers, "B"), "2");
  EXPECT_EQ(find_header(headers, "c"), std::nullopt);
}

TEST(Header, TokensAreFoundInListsAndRepeatedHeaders) {
  const std::vector<Header> headers{{"Connection", "keep-alive ,\tUPGRADE"}, {"connection", "x"}};
  EXPECT_TRUE(header_has_token(headers, "Connection", "upgrade"));
  EXPECT_TRUE(header_has_token(headers, "Connection", "keep-alive"));
  EXPECT_TRUE(header_has_token(headers, "Connection", "x"));
  EXPECT_FALSE(header_has_token(headers, "Connection", "up"));
  EXPECT_FALSE(header_has_token(headers, "Upgrade", "x"));
}

}  // namespace
}  // namespace crema::http
