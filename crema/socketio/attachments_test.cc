#include "crema/socketio/attachments.h"

#include <gtest/gtest.h>

#include <string>

namespace crema::socketio {
namespace {

std::string placeholder(std::string_view num) {
  return R"(["a",{"_placeholder":true,"num":)" + std::string(num) + "}]";
}

TEST(Attachments, AreNamedByNumber) {
  for (const char* num : {"0", "1", "1.0", "0e0"}) {
    EXPECT_TRUE(placeholders_fit(placeholder(num), 2)) << num;
  }
  for (const char* num : {"2", "-1", "1.5", "1e9", "\"0\"", "\"splice\"", "null", "true", "[0]",
                          "{\"a\":0}", "18446744073709551616"}) {
    EXPECT_FALSE(placeholders_fit(placeholder(num), 2)) << num;
  }
  EXPECT_FALSE(placeholders_fit(R"(["a",{"_placeholder":true}])", 1));
}

TEST(Attachments, AreFoundAtEveryDepth) {
  EXPECT_FALSE(placeholders_fit(R"(["a",[{"b":[{"num":7,"_placeholder":true}]}]])", 1));
  EXPECT_TRUE(placeholders_fit(R"(["a",[{"b":[{"num":0,"_placeholder":true}]}],{"num":7}])", 1));
  EXPECT_FALSE(placeholders_fit(R"({"a":{"num":0},"_placeholder":true})", 1));
  EXPECT_TRUE(placeholders_fit(R"({"num":0,"a":{"num":7},"_placeholder":true})", 1));
}

TEST(Attachments, NeedNotBeNamedOnce) {
  EXPECT_TRUE(placeholders_fit(R"(["a"])", 2));
  EXPECT_TRUE(
      placeholders_fit(R"([{"_placeholder":true,"num":0},{"_placeholder":true,"num":0}])", 2));
}

TEST(Attachments, AreNamedByTrueAlone) {
  for (const char* value : {"false", "1", "\"true\"", "null", "{}"}) {
    const std::string text = R"([{"_placeholder":)" + std::string(value) + R"(,"num":9}])";
    EXPECT_TRUE(placeholders_fit(text, 1)) << text;
  }
  EXPECT_TRUE(placeholders_fit(R"(["_placeholder","{\"_placeholder\":true}"])", 1));
  EXPECT_TRUE(placeholders_fit(R"([{"_placeholder":true,"num":9,"_placeholder":false}])", 1))
      << "the last of a key counts";
}

TEST(Attachments, AreFoundBehindEscapes) {
  EXPECT_FALSE(placeholders_fit(R"([{"\u005fplaceholder":true,"num":9}])", 1));
  EXPECT_FALSE(placeholders_fit(R"([{"\\":"\"","_placeholder":true,"nu\u006d":9}])", 1));
}

TEST(Attachments, MayBeAskedOfAnything) {
  for (const char* text : {"[]", "{}", "\"a\"", "1", "", "null"}) {
    EXPECT_TRUE(placeholders_fit(text, 1)) << text;
  }
}

}  // namespace
}  // namespace crema::socketio
