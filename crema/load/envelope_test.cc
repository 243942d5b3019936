#include "crema/load/envelope.h"

#include <gtest/gtest.h>

namespace crema::load {
namespace {

Options example() {
  Options options;
  options.site = "a.test";
  options.padding_bytes = 3;
  return options;
}

TEST(Envelope, IsWrittenAsFrappeWritesIt) {
  EXPECT_EQ(make_envelope(example(), {.sequence = 7, .sent_ns = 99}),
            "{\n \"event\": \"bench\",\n \"message\": {\n  \"n\": 7,\n  \"pad\": \"xxx\",\n"
            "  \"t\": \"99\"\n },\n \"namespace\": \"a.test\",\n \"room\": \"all\"\n}");
}

TEST(Envelope, HasNoPaddingWhenNoneIsAskedFor) {
  Options options = example();
  options.padding_bytes = 0;
  EXPECT_NE(make_envelope(options, {}).find("\"pad\": \"\""), std::string::npos);
}

TEST(Envelope, ArrivesBehindTheEventPacketsPrefix) {
  EXPECT_EQ(event_prefix(example()), "42/a.test,[\"bench\",");
}

TEST(Stamp, IsReadWithAndWithoutWhiteSpace) {
  for (const auto* text :
       {R"({"n":7,"pad":"xxx","t":"99"}])", "{\n  \"n\": 7,\n  \"t\": \"99\"}]"}) {
    const auto stamp = read_stamp(text);
    ASSERT_TRUE(stamp.has_value()) << text;
    EXPECT_EQ(stamp->sequence, 7u);
    EXPECT_EQ(stamp->sent_ns, 99u);
  }
}

TEST(Stamp, IsMissingWhenAKeyOrItsNumberIs) {
  EXPECT_FALSE(read_stamp(R"({"n":7}])"));
  EXPECT_FALSE(read_stamp(R"({"t":"9"}])"));
  EXPECT_FALSE(read_stamp(R"({"n":null,"t":"9"}])"));
  EXPECT_FALSE(read_stamp(""));
}

}  // namespace
}  // namespace crema::load
