#include "crema/resp/command.h"

#include "crema/resp/reply_reader.h"

#include <gtest/gtest.h>

namespace crema::resp {
namespace {

using std::string_view_literals::operator""sv;

TEST(Command, IsAnArrayOfStrings) {
  EXPECT_EQ(encode_command({"SUBSCRIBE", "events"}), "*2\r\n$9\r\nSUBSCRIBE\r\n$6\r\nevents\r\n");
}

TEST(Command, KeepsEmptyAndBinaryArguments) {
  const std::string_view binary("a\0\r\n", 4);
  EXPECT_EQ(encode_command({"SET", "", binary}),
            "*3\r\n$3\r\nSET\r\n$0\r\n\r\n$4\r\na\0\r\n\r\n"sv);
}

TEST(Command, IsReadBackAsWritten) {
  const std::vector<std::string_view> arguments{"PUBLISH", "events", "{\"event\":\"x\"}", ""};
  const std::string bytes = encode_command(arguments);
  ReplyReader reader;
  reader.feed(bytes);
  auto reply = reader.next();
  ASSERT_TRUE(reply && *reply);
  ASSERT_EQ((*reply)->size(), arguments.size());
  for (size_t i = 0; i < arguments.size(); ++i) EXPECT_EQ((*reply)->at(i).text(), arguments[i]);
}

}  // namespace
}  // namespace crema::resp
