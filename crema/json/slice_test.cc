#include "crema/json/slice.h"

#include "crema/json/normalize.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <utility>

namespace crema::json {
namespace {

using namespace std::string_view_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

std::vector<Slice> split(Slice array) {
  std::vector<Slice> elements = {"stale"};
  EXPECT_TRUE(split_array(array, elements)) << array;
  return elements;
}

std::vector<std::pair<std::string_view, Slice>> members(Slice object) {
  std::vector<std::pair<std::string_view, Slice>> all;
  for_each_member(object, [&](std::string_view key, Slice value) { all.emplace_back(key, value); });
  return all;
}

TEST(SplitArray, GivesTheElementsOfTheOuterArray) {
  EXPECT_THAT(split("[]"), IsEmpty());
  EXPECT_THAT(split("[1]"), ElementsAre("1"));
  EXPECT_THAT(split("[\"\"]"), ElementsAre("\"\""));
  EXPECT_THAT(
      split("[\"event\",{\"a\":[1,2],\"b\":\"],\"},[[],[3]],null,-1.5e3,true]"),
      ElementsAre("\"event\"", "{\"a\":[1,2],\"b\":\"],\"}", "[[],[3]]", "null", "-1.5e3", "true"));
}

TEST(SplitArray, IsNotConfusedByQuotesAndBracketsInStrings) {
  EXPECT_THAT(split("[\"a\\\",[{\",\"\\\\\",{\"k]\":\"\\\\\\\"}\"},\"x\"]"),
              ElementsAre("\"a\\\",[{\"", "\"\\\\\"", "{\"k]\":\"\\\\\\\"}\"}", "\"x\""));
}

TEST(SplitArray, RefusesEverythingElse) {
  std::vector<Slice> elements;
  for (Slice value : {""sv, "{}"sv, "null"sv, "\"[]\""sv, "1"sv}) {
    const auto result = split_array(value, elements);
    ASSERT_FALSE(result) << value;
    EXPECT_EQ(result.error(), Errc::kNotAnArray);
  }
}

TEST(Members, AreWalkedInTheirOrder) {
  EXPECT_THAT(members("{}"), IsEmpty());
  EXPECT_THAT(members("{\"a\":1,\"\":{\"b\":[2]},\"c\\n\":\"x,}\",\"a\":null}"),
              ElementsAre(Pair("a", "1"), Pair("", "{\"b\":[2]}"), Pair("c\\n", "\"x,}\""),
                          Pair("a", "null")));
}

TEST(Members, OfWhatIsNoObjectAreNone) {
  for (Slice value : {""sv, "[]"sv, "[\"a\",1]"sv, "null"sv, "\"{}\""sv, "1"sv}) {
    EXPECT_THAT(members(value), IsEmpty()) << value;
  }
}

TEST(Member, LastWins) {
  constexpr Slice kObject = "{\"a\":1,\"b\":2,\"a\":3}";
  EXPECT_EQ(member(kObject, "a"), "3");
  EXPECT_EQ(member(kObject, "b"), "2");
  EXPECT_EQ(member(kObject, "c"), std::nullopt);
  EXPECT_EQ(member("[1]", "a"), std::nullopt);
}

TEST(Member, KeysAreComparedDecoded) {
  constexpr Slice kObject = "{\"r\\u006fom\":1,\"a\\\"b\":2,\"\\ud83d\\ude00\":3,\"\\u00e9\":4}";
  EXPECT_EQ(member(kObject, "room"), "1");
  EXPECT_EQ(member(kObject, "a\"b"), "2");
  EXPECT_EQ(member(kObject, "\xF0\x9F\x98\x80"), "3");
  EXPECT_EQ(member(kObject, "\xC3\xA9"), "4");
  EXPECT_EQ(member(kObject, "r\\u006fom"), std::nullopt) << "only what the key says counts";
}

TEST(Member, DoesNotLookIntoNestedObjects) {
  EXPECT_EQ(member("{\"message\":{\"room\":\"x\"},\"event\":\"room\"}", "room"), std::nullopt);
}

TEST(StringValue, DecodesEveryEscape) {
  EXPECT_EQ(string_value("\"\""), "");
  EXPECT_EQ(string_value("\"plain\""), "plain");
  EXPECT_EQ(string_value("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(string_value("\"a\\u0041\\u00e9\\u20AC\\uffff\""),
            "aA\xC3\xA9\xE2\x82\xAC\xEF\xBF\xBF");
  EXPECT_EQ(string_value("\"\\u0000x\""), "\0x"sv);
  EXPECT_EQ(string_value("\"\xC3\xA9\\n\""), "\xC3\xA9\n");
}

TEST(StringValue, JoinsSurrogatePairs) {
  EXPECT_EQ(string_value("\"\\ud83d\\ude00\""), "\xF0\x9F\x98\x80");
  EXPECT_EQ(string_value("\"\\uD800\\uDC00\""), "\xF0\x90\x80\x80");
  EXPECT_EQ(string_value("\"\\udbff\\udfff\""), "\xF4\x8F\xBF\xBF");
}

TEST(StringValue, ReplacesLoneSurrogates) {
  EXPECT_EQ(string_value("\"\\ud800\""), "\xEF\xBF\xBD");
  EXPECT_EQ(string_value("\"\\udc00\""), "\xEF\xBF\xBD");
  EXPECT_EQ(string_value("\"\\ud800x\""), "\xEF\xBF\xBDx");
  EXPECT_EQ(string_value("\"\\ud800\\n\""), "\xEF\xBF\xBD\n");
  EXPECT_EQ(string_value("\"\\ud800\\u0041\""),
            "\xEF\xBF\xBD"
            "A");
  EXPECT_EQ(string_value("\"\\ud800\\ud800\\udc00\""), "\xEF\xBF\xBD\xF0\x90\x80\x80");
  EXPECT_EQ(string_value("\"\\udc00\\ud800\""), "\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(StringValue, OfWhatIsNoStringIsNothing) {
  for (Slice value : {""sv, "[]"sv, "null"sv, "1"sv, "{}"sv}) {
    EXPECT_EQ(string_value(value), std::nullopt) << value;
  }
}

TEST(NumberValue, ReadsAsJavaScriptDoes) {
  EXPECT_EQ(number_value("0"), 0);
  EXPECT_EQ(number_value("-12.5e1"), -125);
  EXPECT_EQ(number_value("1E+2"), 100);
  EXPECT_EQ(number_value("0.1"), 0.1);
  EXPECT_EQ(number_value("18446744073709551616"), 18446744073709551616.0);
  EXPECT_EQ(number_value("5e-324"), std::numeric_limits<double>::denorm_min());
  EXPECT_TRUE(std::signbit(*number_value("-0")));
}

TEST(NumberValue, BeyondDoublesIsInfiniteOrZero) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const std::string zeros(400, '0');
  EXPECT_EQ(number_value("1e400"), kInfinity);
  EXPECT_EQ(number_value("-1e+400"), -kInfinity);
  EXPECT_EQ(number_value("1" + zeros), kInfinity);
  EXPECT_EQ(number_value("1e99999999999999999999999"), kInfinity);
  EXPECT_EQ(number_value("0." + zeros + "1e900"), kInfinity);
  EXPECT_EQ(number_value("1e-400"), 0);
  EXPECT_EQ(number_value("-1e-400"), 0);
  EXPECT_EQ(number_value("0." + zeros + "1"), 0);
  EXPECT_EQ(number_value("1e-99999999999999999999999"), 0);
  EXPECT_EQ(number_value("1" + zeros + "e-900"), 0);
  EXPECT_EQ(number_value("0e400"), 0);
  EXPECT_EQ(number_value("0.0e99999999999999999999999"), 0);
}

TEST(NumberValue, OfWhatIsNoNumberIsNothing) {
  for (Slice value : {""sv, "-"sv, "[]"sv, "null"sv, "\"1\""sv, "inf"sv, "-inf"sv, "nan"sv, "1x"sv,
                      "1e"sv, "0x10"sv}) {
    EXPECT_EQ(number_value(value), std::nullopt) << value;
    EXPECT_EQ(integer_value(value), std::nullopt) << value;
  }
}

TEST(IntegerValue, AcceptsWhatHasNoFraction) {
  EXPECT_EQ(integer_value("0"), 0);
  EXPECT_EQ(integer_value("-0"), 0);
  EXPECT_EQ(integer_value("9000"), 9000);
  EXPECT_EQ(integer_value("9000.0"), 9000);
  EXPECT_EQ(integer_value("9e3"), 9000);
  EXPECT_EQ(integer_value("9007199254740993"), 9007199254740993);
  EXPECT_EQ(integer_value("9223372036854775807"), std::numeric_limits<int64_t>::max());
  EXPECT_EQ(integer_value("-9223372036854775808"), std::numeric_limits<int64_t>::min());
}

TEST(UnsignedValue, ReachesFurtherThanSignedOnesAndNotBelowZero) {
  EXPECT_EQ(unsigned_value("18446744073709551615"), std::numeric_limits<uint64_t>::max());
  EXPECT_EQ(unsigned_value("9223372036854775808"), uint64_t{1} << 63);
  EXPECT_EQ(unsigned_value("9e3"), 9000U);
  EXPECT_EQ(unsigned_value("-0"), 0U);
  EXPECT_EQ(unsigned_value("-0.0"), 0U);
  for (Slice value : {"18446744073709551616"sv, "-1"sv, "-1.0"sv, "0.5"sv, "1e300"sv, "\"1\""sv,
                      "9007199254740994.0"sv, ""sv}) {
    EXPECT_EQ(unsigned_value(value), std::nullopt) << value;
  }
}

TEST(IntegerValue, RefusesFractionsAndWhatDoesNotFit) {
  for (Slice value :
       {"0.5"sv, "9223372036854775808"sv, "1e400"sv, "1e300"sv, "9007199254740994.0"sv}) {
    EXPECT_EQ(integer_value(value), std::nullopt) << value;
  }
}

TEST(Truthy, FollowsJavaScript) {
  for (Slice value : {""sv, "false"sv, "null"sv, "\"\""sv, "0"sv, "-0"sv, "0.0e5"sv, "-0.000"sv,
                      "0e9"sv, "1e-400"sv}) {
    EXPECT_FALSE(truthy(value)) << value;
  }
  for (Slice value : {"true"sv, "1"sv, "-1"sv, "0.1"sv, "1e400"sv, "\"0\""sv, "\"false\""sv,
                      "\" \""sv, "[]"sv, "{}"sv, "[0]"sv, "5e-324"sv}) {
    EXPECT_TRUE(truthy(value)) << value;
  }
}

TEST(Slice, KnowsItsKind) {
  EXPECT_TRUE(is_object("{}"));
  EXPECT_TRUE(is_array("[]"));
  EXPECT_TRUE(is_string("\"\""));
  EXPECT_TRUE(is_null("null"));
  EXPECT_FALSE(is_object("[]"));
  EXPECT_FALSE(is_array(""));
  EXPECT_FALSE(is_string("null"));
  EXPECT_FALSE(is_null("\"null\""));
}

std::string in_quotes(std::string_view text) {
  std::string out = "x";
  append_quoted(out, text);
  return out.substr(1);
}

TEST(AppendQuoted, WritesWhatJsonStringifyWrites) {
  EXPECT_EQ(in_quotes(""), "\"\"");
  EXPECT_EQ(in_quotes("a/b<'>\x7F"), "\"a/b<'>\x7F\"");
  EXPECT_EQ(in_quotes("\"\\\b\f\n\r\t"), "\"\\\"\\\\\\b\\f\\n\\r\\t\"");
  EXPECT_EQ(in_quotes("\0\x01\x0B\x1F"sv), "\"\\u0000\\u0001\\u000b\\u001f\"");
  EXPECT_EQ(in_quotes("\xC3\xA9\xE2\x80\xA8\xF0\x9F\x98\x80"),
            "\"\xC3\xA9\xE2\x80\xA8\xF0\x9F\x98\x80\"");
}

TEST(AppendQuoted, IsUndoneByStringValue) {
  for (size_t before = 0; before < 20; ++before) {
    for (int byte = 0; byte < 0x80; ++byte) {
      const std::string text =
          std::string(before, 'a') + static_cast<char>(byte) + "\xC3\xA9" + static_cast<char>(byte);
      const std::string json = in_quotes(text);
      std::string checked;
      ASSERT_TRUE(normalize(json, NonFinite::kReject, checked)) << before << " " << byte;
      ASSERT_EQ(checked, json);
      ASSERT_EQ(string_value(json), text);
    }
  }
}

}  // namespace
}  // namespace crema::json
