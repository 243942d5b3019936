#include "crema/hostwire/host_message.h"

#include "crema/hostwire/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crema::hostwire {
namespace {

using testing::ElementsAre;

Result<HostMessage> read(std::string_view head, std::string& scratch) {
  return read_host_message({.head = head, .attachments = {}}, scratch);
}

Errc error_of(std::string_view head) {
  std::string scratch;
  const auto message = read(head, scratch);
  EXPECT_FALSE(message) << head;
  return message ? Errc{} : message.error();
}

TEST(HostMessage, OfAnEmitKeepsItsArgumentsAsText) {
  std::string scratch;
  const auto message = read(R"({"type":"emit","site":"a","rooms":["r"],"except":["x","y"],)"
                            R"("event":"e","args":[1.50, {"a": "\u00e9"}],"volatile":true,)"
                            R"("call":7,"timeout":250})",
                            scratch);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->type, HostMessageType::kEmit);
  EXPECT_EQ(message->site, "a");
  EXPECT_THAT(message->rooms, ElementsAre("r"));
  EXPECT_THAT(message->except, ElementsAre("x", "y"));
  EXPECT_EQ(message->args, R"([1.50,{"a":"\u00e9"}])");
  EXPECT_TRUE(message->is_volatile);
  EXPECT_EQ(message->call, 7U);
  EXPECT_EQ(message->timeout_ms, 250U);
}

TEST(HostMessage, PassesOverFieldsThatAreNotKnown) {
  std::string scratch;
  EXPECT_TRUE(read(R"({"type":"pong","call":3,"later":{"a":[]}})", scratch));
}

TEST(HostMessage, IsRefusedWhenItIsNoObject) {
  for (const char* head : {"", "[]", "1", "{", "{\"type\":\"ready\"}x", "\xff", "{\"type\":"}) {
    EXPECT_EQ(error_of(head), Errc::kBadHead) << head;
  }
}

TEST(HostMessage, IsRefusedWhenItsTypeIsNotKnown) {
  for (const char* head : {"{}", R"({"type":1})", R"({"type":"Ready"})", R"({"type":"open"})"}) {
    EXPECT_EQ(error_of(head), Errc::kBadType) << head;
  }
}

TEST(HostMessage, IsRefusedWithoutAFieldThatItsTypeNeeds) {
  for (const char* head :
       {R"({"type":"hello","version":1})", R"({"type":"emit","site":"a","args":[]})",
        R"({"type":"join","site":"a","socket":"s"})", R"({"type":"pong"})",
        R"({"type":"join","site":"a","site":"b","site":"c","socket":"s"})"}) {
    EXPECT_EQ(error_of(head), Errc::kMissingField) << head;
  }
}

TEST(HostMessage, IsRefusedWhenAFieldIsNotWhatItShouldBe) {
  for (const char* head :
       {R"({"type":"pong","call":-1})", R"({"type":"pong","call":"1"})",
        R"({"type":"pong","call":1.5})", R"({"type":"join","site":"a","socket":"s","rooms":"r"})",
        R"({"type":"join","site":"a","socket":"s","rooms":[1]})",
        R"({"type":"emit","site":"a","event":"e","args":{}})",
        R"({"type":"emit","site":"a","event":"e","args":[],"volatile":1})",
        R"({"type":"log","app":1,"level":"info","text":"t"})"}) {
    EXPECT_EQ(error_of(head), Errc::kBadField) << head;
  }
  const std::string name(kNameBytesMax + 1, 'r');
  EXPECT_EQ(error_of(R"({"type":"join","site":"a","socket":"s","rooms":[")" + name + R"("]})"),
            Errc::kBadField);
}

}  // namespace
}  // namespace crema::hostwire
