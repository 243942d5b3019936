#include "crema/json/value.h"

#include "crema/json/config.h"

#include <gtest/gtest.h>

#include <limits>

namespace crema::json {
namespace {

constexpr size_t kPlenty = 1 << 20;

ParseError error_of(std::string_view text, size_t bytes_max = kPlenty) {
  auto result = parse(text, bytes_max);
  EXPECT_FALSE(result.has_value()) << text;
  return result ? ParseError{0, 0, ""} : result.error();
}

TEST(Parse, ReadsAConfigurationFile) {
  const auto value =
      parse("{\n \"webserver_port\": 8000,\n \"sites\": [\"a\", \"b\"]\n}\n", kPlenty);
  ASSERT_TRUE(value);
  const Object& config = value->as_object();
  EXPECT_EQ(config.at("webserver_port").as_int64(), 8000);
  EXPECT_EQ(config.at("sites").as_array().size(), 2u);
}

TEST(Parse, LastOfEqualKeysWins) {
  const auto value = parse("{\"a\":1,\"a\":2}", kPlenty);
  ASSERT_TRUE(value);
  EXPECT_EQ(value->as_object().size(), 1u);
  EXPECT_EQ(value->as_object().at("a").as_int64(), 2);
}

TEST(Parse, TellsLineAndColumnOfAnError) {
  const ParseError error = error_of("{\n  \"a\": 1,\n  \"b\" 2\n}");
  EXPECT_EQ(error.line, 3u);
  EXPECT_EQ(error.column, 7u);
  EXPECT_FALSE(error.message.empty());
}

TEST(Parse, CountsColumnsInCodePoints) {
  const ParseError error = error_of("[\"h\xC3\xA9\xE2\x82\xAC\" x]");
  EXPECT_EQ(error.line, 1u);
  EXPECT_EQ(error.column, 8u);
}

TEST(Parse, PointsBehindAnUnfinishedDocument) {
  const ParseError error = error_of("{\"a\":\n[1");
  EXPECT_EQ(error.line, 2u);
  EXPECT_EQ(error.column, 3u);
  EXPECT_EQ(error_of("").column, 1u);
}

TEST(Parse, RefusesWhatFollowsTheDocument) {
  EXPECT_EQ(error_of("{}\n x").line, 2u);
  EXPECT_TRUE(parse(" {} \n", kPlenty));
}

TEST(Parse, RefusesWhatIsTooLong) {
  EXPECT_TRUE(parse("[1,2]", 5));
  EXPECT_NE(error_of("[1,2]", 4).message.find("4 bytes"), std::string::npos);
}

TEST(Parse, RefusesExtensionsAndBadUtf8) {
  for (std::string_view text :
       {"{\"a\":1,}", "// c\n1", "NaN", "\"\xFF\"", "'a'", "\xEF\xBB\xBF{}"}) {
    error_of(text);
  }
}

TEST(Parse, BoundsTheDepth) {
  const auto nested = [](size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(parse(nested(kDepthMax), kPlenty));
  error_of(nested(kDepthMax + 1));
  error_of(std::string(1000, '['));
}

TEST(Serialize, WritesWhatItReads) {
  for (std::string_view text :
       {"null", "true", "false", "0", "-1", "9223372036854775807", "18446744073709551615", "0.5",
        "\"\"", "\"a\\n\\u0001\xC3\xA9\"", "[]", "{}", "[1,[2,{\"a\":null,\"b\":[]}],\"x\"]"}) {
    const auto value = parse(text, kPlenty);
    ASSERT_TRUE(value) << text;
    EXPECT_EQ(serialize(*value), text);
  }
}

TEST(Serialize, WritesDoublesInTheirShortestForm) {
  EXPECT_EQ(serialize(Value(25.0)), "25");
  EXPECT_EQ(serialize(Value(0.1)), "0.1");
  EXPECT_EQ(serialize(Value(-2.2250738585072014e-308)), "-2.2250738585072014e-308");
}

TEST(Serialize, WritesWhatIsNotFiniteAsNull) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(serialize(Value{kInfinity, -kInfinity, std::numeric_limits<double>::quiet_NaN()}),
            "[null,null,null]");
}

}  // namespace
}  // namespace crema::json
