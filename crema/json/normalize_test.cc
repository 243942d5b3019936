#include "crema/json/normalize.h"

#include "crema/json/config.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace crema::json {
namespace {

using namespace std::string_view_literals;

std::string normalized(std::string_view in, NonFinite mode = NonFinite::kReject) {
  std::string out;
  const auto result = normalize(in, mode, out);
  return result ? out : "error " + std::to_string(static_cast<int>(result.error()));
}

Errc error_of(std::string_view in, NonFinite mode = NonFinite::kReject) {
  std::string out = "kept";
  const auto result = normalize(in, mode, out);
  EXPECT_FALSE(result.has_value()) << in << " became " << out;
  EXPECT_EQ(out, "kept") << "what was there before must stay";
  return result ? Errc::kNotAnArray : result.error();
}

std::string nested(size_t depth, std::string_view inner, char open = '[', char close = ']') {
  return std::string(depth, open).append(inner).append(depth, close);
}

TEST(Normalize, AppendsToWhatIsThere) {
  std::string out = "42[\"e\",";
  ASSERT_TRUE(normalize("{\"a\" : 1}", NonFinite::kReject, out));
  EXPECT_EQ(out, "42[\"e\",{\"a\":1}");
}

TEST(Normalize, FindsMembersInTheSamePass) {
  Slice a = "absent", b = "absent", c = "absent", d = "absent";
  std::string out = "before";
  const auto result = normalize(
      " { \"a\" : 1 , \"\\u0062\" : [ NaN , {\"c\" : 2} ] , \"a\" : { } , \"e\" : 3 ,"
      "\"d\":\"\" } ",
      NonFinite::kNull, out, {{"a", &a}, {"b", &b}, {"c", &c}, {"d", &d}});
  ASSERT_TRUE(result);
  EXPECT_EQ(a, "{}") << "the last one";
  EXPECT_EQ(b, "[null,{\"c\":2}]") << "its key decoded";
  EXPECT_EQ(c, "absent") << "nested";
  EXPECT_EQ(d, "\"\"");
}

TEST(Normalize, TakesAnArrayApartInTheSamePass) {
  std::vector<Slice> elements{"of another"};
  std::string out = "before";
  ASSERT_TRUE(normalize_array(R"([ "a,]" , {"b" : [1, 2]} ,[ ], null,-1.5e3 ] )", out, elements));
  EXPECT_EQ(out, R"(before["a,]",{"b":[1,2]},[],null,-1.5e3])");
  EXPECT_EQ(elements, (std::vector<Slice>{R"("a,]")", R"({"b":[1,2]})", "[]", "null", "-1.5e3"}));
  EXPECT_EQ(elements.front().data(), out.data() + 7) << "they are slices of what was written";
}

TEST(Normalize, AnArrayOfNoneHasNoElements) {
  std::vector<Slice> elements{"of another"};
  std::string out;
  ASSERT_TRUE(normalize_array("[ \n]", out, elements));
  EXPECT_EQ(out, "[]");
  EXPECT_TRUE(elements.empty());
}

TEST(Normalize, LeavesNoElementsOfWhatIsNoArray) {
  const auto check = [](std::string_view text, Errc why) {
    std::vector<Slice> elements{"of another"};
    std::string out = "kept";
    const auto result = normalize_array(text, out, elements);
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error(), why) << text;
    EXPECT_TRUE(elements.empty()) << text;
    EXPECT_EQ(out, "kept") << text;
  };
  for (const char* text : {"", "{}", " [1]", "1", "\"[]\""}) check(text, Errc::kNotAnArray);
  for (const char* text : {"[1,2", "[1,2]]", "[1,,2]", "[1,NaN]", "[1]x", "[1}", "[1,]"}) {
    check(text, Errc::kSyntax);
  }
  check("[1,\"\xFF\"]", Errc::kBadUtf8);
  check(nested(kDepthMax + 1, ""), Errc::kTooDeep);
}

TEST(Normalize, FindsNoMembersOfWhatIsNoObjectOrNoJson) {
  for (const std::string_view text :
       {"[{\"a\":1}]", "\"a\"", "[\"a\",1]", "{\"a\":1", "{\"a\":1}}", "{\"b\":{\"a\":1}}"}) {
    Slice a = "absent";
    std::string out;
    (void)normalize(text, NonFinite::kReject, out, {{"a", &a}});
    EXPECT_EQ(a, "absent") << text;
  }
}

TEST(Normalize, DropsWhiteSpaceOutsideStringsOnly) {
  EXPECT_EQ(normalized(
                " \t\r\n{ \"a b\" :\n [ 1 , 2\t,\r\"\xC2\xA0 c\" ] , \"d\" : { } , \"e\":[ ] } \n"),
            "{\"a b\":[1,2,\"\xC2\xA0 c\"],\"d\":{},\"e\":[]}");
}

TEST(Normalize, CompactsWhatFrappePublishes) {
  EXPECT_EQ(
      normalized("{\n \"event\": \"list_update\",\n \"message\": {\n  \"doctype\": \"ToDo\",\n"
                 "  \"n\": [\n   1,\n   2.0\n  ]\n },\n \"namespace\": \"a.localhost\",\n"
                 " \"room\": \"doctype:ToDo\"\n}"),
      "{\"event\":\"list_update\",\"message\":{\"doctype\":\"ToDo\",\"n\":[1,2.0]},"
      "\"namespace\":\"a.localhost\",\"room\":\"doctype:ToDo\"}");
}

TEST(Normalize, KeepsNumbersByteForByte) {
  for (std::string_view text :
       {"0", "-0", "0.0", "1.50", "25.0", "-1e5", "1E+5", "1e-5", "0e0", "18446744073709551616",
        "1e400", "123456789012345678901234567890", "0.10000000000000000000000000001"}) {
    EXPECT_EQ(normalized(text), text);
  }
}

TEST(Normalize, KeepsEscapesByteForByte) {
  constexpr std::string_view kText =
      "[\"\\u00e9\\u00E9\",\"\\/\",\"\\\"\\\\\\b\\f\\n\\r\\t\",\"\\ud83d\\ude00\",\"\\u0000\"]";
  EXPECT_EQ(normalized(kText), kText);
}

TEST(Normalize, AllowsLoneSurrogateEscapesAsJsonParseDoes) {
  EXPECT_EQ(normalized("[\"\\ud800\",\"\\udc00x\"]"), "[\"\\ud800\",\"\\udc00x\"]");
}

TEST(Normalize, KeepsUtf8AndDelete) {
  constexpr std::string_view kText =
      "\"h\xC3\xA9llo \xE2\x82\xAC \xF0\x9F\x98\x80 \xE2\x80\xA8 \x7F\"";
  EXPECT_EQ(normalized(kText), kText);
}

TEST(Normalize, RejectsWhatIsNotJson) {
  for (std::string_view text : {""sv,
                                " "sv,
                                "nul"sv,
                                "nulll"sv,
                                "True"sv,
                                "tru e"sv,
                                "[1,]"sv,
                                "[,1]"sv,
                                "[1 2]"sv,
                                "["sv,
                                "]"sv,
                                "[}"sv,
                                "{]"sv,
                                "{\"a\":1"sv,
                                "{\"a\"}"sv,
                                "{\"a\":}"sv,
                                "{\"a\":1,}"sv,
                                "{,}"sv,
                                "{a:1}"sv,
                                "{1:1}"sv,
                                "{\"a\" 1}"sv,
                                "{\"a\"::1}"sv,
                                "{\"a\":1 \"b\":2}"sv,
                                "[\"a\":1]"sv,
                                "{\"a\",1}"sv,
                                "1 2"sv,
                                "{} {}"sv,
                                "null,"sv,
                                "[1]]"sv,
                                "\"a"sv,
                                "\"a\\\""sv,
                                "\"\\"sv,
                                "\"\\x41\""sv,
                                "\"\\u12g4\""sv,
                                "\"\\u123"sv,
                                "\"\\u123\""sv,
                                "\"\\U0041\""sv,
                                "'a'"sv,
                                "\"a\nb\""sv,
                                "\"\t\""sv,
                                "\"\x1F\""sv,
                                "\"\0\""sv,
                                "1\0"sv,
                                "\0"sv,
                                "/**/1"sv,
                                "//x\n1"sv,
                                "\xC2\xA0"
                                "1"sv,
                                "\f1"sv,
                                "\v1"sv,
                                "undefined"sv}) {
    EXPECT_EQ(error_of(text), Errc::kSyntax) << text;
    EXPECT_EQ(error_of(text, NonFinite::kNull), Errc::kSyntax) << text;
  }
}

TEST(Normalize, RejectsBadNumbers) {
  for (std::string_view text : {"+1",    "-",     "--1", "01",  "-01",  "00",    "1.",    ".5",
                                "-.5",   "1.e5",  "1e",  "1e+", "1e-",  "1e5.5", "1.5.5", "0x10",
                                "1_000", "1e5e5", "1-2", "- 1", "1 .5", "0b1",   "1n"}) {
    EXPECT_EQ(error_of(text), Errc::kSyntax) << text;
    EXPECT_EQ(error_of(std::string("[").append(text) + "]"), Errc::kSyntax) << text;
  }
}

TEST(Normalize, RejectsAByteOrderMark) { EXPECT_EQ(error_of("\xEF\xBB\xBF{}"), Errc::kSyntax); }

TEST(Normalize, RejectsBytesThatAreNotUtf8WhereverTheyStand) {
  for (std::string_view bad : {"\x80", "\xFF", "\xC0\x80", "\xE2\x82", "\xED\xA0\x80",
                               "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80"}) {
    for (size_t before = 0; before < 20; ++before) {
      for (size_t after = 0; after < 10; ++after) {
        const std::string text = std::string(before, 'a').append(bad).append(after, 'b');
        ASSERT_EQ(error_of('"' + text + '"'), Errc::kBadUtf8) << before << " " << after;
        ASSERT_EQ(error_of("{\"" + text + "\":1}"), Errc::kBadUtf8) << before << " " << after;
      }
    }
  }
}

TEST(Normalize, FindsAControlByteWhereverItStands) {
  for (size_t before = 0; before < 20; ++before) {
    for (size_t after = 0; after < 10; ++after) {
      for (int control = 0; control < 0x20; ++control) {
        const std::string text = std::string(before, 'a') + static_cast<char>(control);
        ASSERT_EQ(error_of('"' + text + std::string(after, '\xFF') + '"'), Errc::kSyntax);
      }
    }
  }
}

TEST(Normalize, TurnsNonFiniteNumbersOfPythonIntoNull) {
  EXPECT_EQ(normalized("NaN", NonFinite::kNull), "null");
  EXPECT_EQ(normalized("Infinity", NonFinite::kNull), "null");
  EXPECT_EQ(normalized("-Infinity", NonFinite::kNull), "null");
  EXPECT_EQ(
      normalized("{\n \"a\": [NaN, -Infinity,Infinity , 1],\n \"NaN\": \"Infinity -Infinity\"\n}",
                 NonFinite::kNull),
      "{\"a\":[null,null,null,1],\"NaN\":\"Infinity -Infinity\"}");
}

TEST(Normalize, AcceptsNoOtherSpellingOfThem) {
  for (std::string_view text :
       {"nan", "NAN", "Nan", "-NaN", "+NaN", "NaNN", "NaN1", "1NaN", "inf", "infinity", "Infinit",
        "+Infinity", "--Infinity", "- Infinity", "-Infinit", "InfinityNaN", "{NaN:1}"}) {
    EXPECT_EQ(error_of(text, NonFinite::kNull), Errc::kSyntax) << text;
  }
  EXPECT_EQ(error_of("{\"a\" : NaN, x", NonFinite::kNull), Errc::kSyntax);
}

TEST(Normalize, RejectsNonFiniteNumbersWhenTold) {
  for (std::string_view text : {"NaN", "Infinity", "-Infinity", "[1,NaN]"}) {
    EXPECT_EQ(error_of(text), Errc::kSyntax) << text;
  }
}

TEST(Normalize, AllowsTheDepthAndNoMore) {
  EXPECT_EQ(normalized(nested(kDepthMax, "")), nested(kDepthMax, ""));
  EXPECT_EQ(error_of(nested(kDepthMax + 1, "")), Errc::kTooDeep);
  EXPECT_EQ(error_of(nested(100'000, "")), Errc::kTooDeep);
  EXPECT_EQ(error_of(std::string(kDepthMax + 1, '[')), Errc::kTooDeep);
  std::string objects = "1";
  for (size_t i = 0; i < kDepthMax; ++i) objects = "{\"a\":" + objects + "}";
  EXPECT_EQ(normalized(objects), objects);
  EXPECT_EQ(error_of("[" + objects + "]"), Errc::kTooDeep);
}

TEST(Normalize, RemembersWhatEncloses) {
  std::string text = "0";
  for (int i = 0; i < 60; ++i)
    text = i % 3 == 0 ? "{\"k\":" + text + ",\"l\":1}" : "[" + text + ",1]";
  EXPECT_EQ(normalized(text), text);
  for (size_t i = 0; i < text.size(); ++i) {
    std::string broken = text;
    if (broken[i] == ']')
      broken[i] = '}';
    else if (broken[i] == '}')
      broken[i] = ']';
    else
      continue;
    EXPECT_EQ(error_of(broken), Errc::kSyntax);
  }
}

TEST(Normalize, EveryPrefixOfADocumentIsRejected) {
  constexpr std::string_view kText =
      "{\"a\": [1.5e3, true, null, \"x\\u00e9\\n\xC3\xA9\", {}], \"b\": -1}";
  ASSERT_NE(normalized(kText).substr(0, 5), "error");
  for (size_t length = 0; length < kText.size(); ++length) {
    EXPECT_EQ(error_of(kText.substr(0, length)), Errc::kSyntax) << length;
  }
}

}  // namespace
}  // namespace crema::json
