#include "crema/http/cookie.h"

#include <gtest/gtest.h>

namespace crema::http {
namespace {

TEST(Cookie, IsReadAsNpmsCookieDoes) {
  const struct {
    std::string_view header;
    std::optional<std::string> sid;
  } rows[] = {
      {"sid=abc", "abc"},
      {"a=1; sid=abc; b=2", "abc"},
      {"a=1;sid=abc", "abc"},
      {" \tsid \t= \tabc\t ; b=2", "abc"},
      {"sid=first; sid=second", "first"},
      {"sid=\"quoted\"", "quoted"},
      {"sid=\"", ""},
      {"sid=\"\"", ""},
      {"sid=\"open", "\"open"},
      {"sid=\"a\"b\"", "a\"b"},
      {"sid=a%20b", "a b"},
      {"sid=%22x%22", "\"x\""},
      {"sid=%C3%A9", "\xC3\xA9"},
      {"sid=%C3", "%C3"},
      {"sid=%C3x%A9", "%C3x%A9"},
      {"sid=ok%", "ok%"},
      {"sid=%ED%A0%80", "%ED%A0%80"},
      {"sid=%zz%41", "%zz%41"},
      {"sid=\xE9%41",
       "\xE9"
       "A"},
      {"sid=a+b", "a+b"},
      {"sid=a=b", "a=b"},
      {"sid=", ""},
      {"sid=; sid=x", ""},
      {"sid; sid=x", "x"},
      {"sid", std::nullopt},
      {"SID=x", std::nullopt},
      {"xsid=y", std::nullopt},
      {"", std::nullopt},
      {";;=;", std::nullopt},
  };
  for (const auto& row : rows) EXPECT_EQ(cookie_value(row.header, "sid"), row.sid) << row.header;
}

}  // namespace
}  // namespace crema::http
