#include "crema/http/query.h"

#include <gtest/gtest.h>

namespace crema::http {
namespace {

TEST(Query, FindsValuesByKey) {
  const Query query{"EIO=4&transport=polling&sid="};
  EXPECT_EQ(query.get("EIO"), "4");
  EXPECT_EQ(query.get("transport"), "polling");
  EXPECT_EQ(query.get("sid"), "");
  EXPECT_EQ(query.get("__proto__"), std::nullopt);
  EXPECT_EQ(Query{""}.get("EIO"), std::nullopt);
}

TEST(Query, LastValueOfARepeatedKeyWinsAtTheFirstPlace) {
  const Query query{"a=1&b=2&a=3&c=4&a=5&b"};
  ASSERT_EQ(query.entries().size(), 3u);
  EXPECT_EQ(query.entries()[0].key, "a");
  EXPECT_EQ(query.entries()[0].value, "5");
  EXPECT_EQ(query.entries()[1].key, "b");
  EXPECT_EQ(query.entries()[1].value, "");
  EXPECT_EQ(query.entries()[2].key, "c");
}

// Every expectation is what Node 20's URLSearchParams gives.
TEST(Query, DecodesAsUrlSearchParamsDoes) {
  const struct {
    std::string_view text;
    std::string_view key;
    std::string_view value;
  } rows[] = {
      {"a", "a", ""},
      {"=b", "", "b"},
      {"a=b=c", "a", "b=c"},
      {"&&a=b&", "a", "b"},
      {"a+b=c+d", "a b", "c d"},
      {"a%2Bb=%26%3d", "a+b", "&="},
      {"a=%", "a", "%"},
      {"a=%4", "a", "%4"},
      {"a=%zz%41", "a", "%zzA"},
      {"a=%-1", "a", "%-1"},
      {"a=%C3%A9", "a", "\xC3\xA9"},
      {"a=%C3", "a", "\xEF\xBF\xBD"},
      {"a=%C3x", "a", "\xEF\xBF\xBDx"},
      {"a=%F0%9F%98", "a", "\xEF\xBF\xBD"},
      {"a=%F0%9F%41", "a",
       "\xEF\xBF\xBD"
       "A"},
      {"a=%F0%C3%A9", "a", "\xEF\xBF\xBD\xC3\xA9"},
      {"a=%ED%A0%80", "a", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"a=%FF%FE", "a", "\xEF\xBF\xBD\xEF\xBF\xBD"},
  };
  for (const auto& row : rows) {
    const Query query{row.text};
    ASSERT_EQ(query.entries().size(), 1u) << row.text;
    EXPECT_EQ(query.entries()[0].key, row.key) << row.text;
    EXPECT_EQ(query.entries()[0].value, row.value) << row.text;
  }
}

TEST(Query, EncodesAsUrlSearchParamsDoes) {
  std::string out = "sid=";
  append_form_encoded(out, "a b+c&d=e~*-._/%\xC3\xA9\n");
  EXPECT_EQ(out, "sid=a+b%2Bc%26d%3De%7E*-._%2F%25%C3%A9%0A");
}

TEST(Query, RoundTripsEveryAsciiByte) {
  std::string text;
  for (char c = 0; c < 127; ++c) text.push_back(c);
  std::string encoded = "k=";
  append_form_encoded(encoded, text);
  EXPECT_EQ(Query{encoded}.get("k"), text);
}

}  // namespace
}  // namespace crema::http
