#include "crema/app/json_lines.h"

#include <gtest/gtest.h>

namespace crema::app {
namespace {

constexpr std::string_view kText = R"({
  "host": "a \" { ",
  "other": {"shards": 1,
            "deep": {"shards": 2}},
  "value": "crema",
  "crema": {
    "shards":
      4, "list": [{"shards": 5}],
    "host": "x"
  },
  "shards" : 9
})";

TEST(LineOfKey, FindsAKeyOfTheTopObject) {
  EXPECT_EQ(line_of_key(kText, "", "host"), 2U);
  EXPECT_EQ(line_of_key(kText, "", "shards"), 11U);
}

TEST(LineOfKey, FindsAKeyOfTheNamedObjectOnly) {
  EXPECT_EQ(line_of_key(kText, "crema", "shards"), 7U);
  EXPECT_EQ(line_of_key(kText, "crema", "host"), 9U);
  EXPECT_EQ(line_of_key(kText, "other", "shards"), 3U);
}

TEST(LineOfKey, IsZeroWhenThereIsNone) {
  EXPECT_EQ(line_of_key(kText, "crema", "deep"), 0U);
  EXPECT_EQ(line_of_key(kText, "", "list"), 0U);
  EXPECT_EQ(line_of_key("", "", "x"), 0U);
}

TEST(LineOfKey, TakesTheLastOfEqualKeysAsTheParserDoes) {
  EXPECT_EQ(line_of_key("{\"a\": 1,\n\"a\": 2}", "", "a"), 2U);
}

}  // namespace
}  // namespace crema::app
