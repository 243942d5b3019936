#include "crema/load/fields.h"

#include <gtest/gtest.h>

namespace crema::load {
namespace {

constexpr std::string_view kOpen = R"(0{"sid":"S1","upgrades":[],"pingInterval":25000})";

TEST(Fields, ReadTextAndNumbers) {
  EXPECT_EQ(text_field(kOpen, "sid"), "S1");
  EXPECT_EQ(number_field(kOpen, "pingInterval"), 25000u);
  EXPECT_EQ(text_field(R"({"sid":"a\"b\\","x":1})", "sid"), R"(a\"b\\)");
}

TEST(Fields, SayWhenSomethingIsMissingOrOfAnotherKind) {
  EXPECT_EQ(text_field(kOpen, "pid"), "");
  EXPECT_EQ(text_field(kOpen, "pingInterval"), "");
  EXPECT_EQ(text_field(R"({"sid":"S)", "sid"), "");
  EXPECT_EQ(number_field(kOpen, "sid"), std::nullopt);
  EXPECT_EQ(number_field(kOpen, "pingTimeout"), std::nullopt);
}

TEST(Fields, FindTheLastArgumentOfAnEvent) {
  EXPECT_EQ(last_string(R"(["bench",{"n":1},"kL-3"])"), "kL-3");
  EXPECT_EQ(last_string(R"(["bench","say \"so\""])"), R"(say \"so\")");
  EXPECT_EQ(last_string(R"(["bench","\\"])"), R"(\\)");
  EXPECT_EQ(last_string(R"(["bench",{"n":"1"}])"), std::nullopt);
  EXPECT_EQ(last_string(R"("])"), std::nullopt);
  EXPECT_EQ(last_string(""), std::nullopt);
}

}  // namespace
}  // namespace crema::load
