#include "crema/app/publish_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crema::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string error_of(std::string_view body) { return read_publish_order(body, "site1").error(); }

std::string only(std::string_view body) {
  const auto order = read_publish_order(body, "site1");
  return order && order->envelopes.size() == 1 ? order->envelopes.front() : error_of(body);
}

TEST(PublishOrder, TakesTheParametersOfPublishRealtime) {
  EXPECT_EQ(only(R"({"event": "e", "user": "a", "message": {"n": 1.0}})"),
            R"({"event":"e","message":{"n":1.0},"namespace":"site1","room":"user:a"})");
  EXPECT_EQ(only(R"({"event":"e","doctype":"D","docname":"N","site":"s"})"),
            R"({"event":"e","message":{},"namespace":"s","room":"doc:D/N"})");
  EXPECT_EQ(
      only(R"({"event":"e","task_id":"t","user":null})"),
      R"({"event":"e","message":{"task_id":"t"},"namespace":"site1","room":"task_progress:t"})");
  EXPECT_EQ(only(R"({"event":"list_update","message":{"doctype":"D"}})"),
            R"({"event":"list_update","message":{"doctype":"D"},)"
            R"("namespace":"site1","room":"doctype:D"})");
}

TEST(PublishOrder, TakesAnEnvelopeAsItIsPublishedOnRedis) {
  const std::string envelope = R"({"event":"list_update","message":1,"namespace":"s","room":"r"})";
  EXPECT_EQ(only(envelope), envelope);
}

TEST(PublishOrder, TakesABatchWholeOrNotAtAll) {
  const auto order =
      read_publish_order(R"([{"event":"a","room":"r"},{"event":"b","room":"r"}])", "s");
  ASSERT_TRUE(order);
  EXPECT_EQ(order->shape, PublishShape::kBatch);
  EXPECT_THAT(order->envelopes, ElementsAre(HasSubstr("\"a\""), HasSubstr("\"b\"")));
  EXPECT_THAT(error_of(R"([{"event":"a","room":"r"},{"event":"b"}])"),
              HasSubstr("event 2: say to whom: "));
  EXPECT_TRUE(read_publish_order("[]", "s"));
}

TEST(PublishOrder, HasABoundOnABatch) {
  std::string body = "[";
  for (size_t i = 0; i < kBatchEventsMax; ++i) body += R"({"event":"a","room":"r"},)";
  body.back() = ']';
  EXPECT_TRUE(read_publish_order(body, "s"));
  body.back() = ',';
  EXPECT_EQ(error_of(body + "1]"), "1001 events in one request; 1000 is the limit");
}

TEST(PublishOrder, SaysWhatIsWrong) {
  EXPECT_THAT(error_of(""), HasSubstr("the body is not JSON"));
  EXPECT_THAT(error_of("{\"event\":\n oops}"), HasSubstr("line 2, column 2"));
  EXPECT_EQ(error_of("1"), "the event: is not an object");
  EXPECT_EQ(error_of("[1]"), "event 1: is not an object");
  EXPECT_THAT(error_of(R"({"event":"e","usr":"a"})"),
              HasSubstr("has no key usr; there are event,"));
  EXPECT_EQ(error_of(R"({"event":5,"user":"a"})"), "the event: event must be a string");
  EXPECT_EQ(error_of(R"({"user":"a"})"), "the event: the event has no name");
  EXPECT_THAT(error_of(R"({"event":"e"})"), HasSubstr("say to whom: user, doctype and docname"));
  EXPECT_THAT(error_of(R"({"event":"connect","user":"a"})"), HasSubstr("keeps for itself"));
  EXPECT_EQ(read_publish_order(R"({"event":"e","user":"a"})", "").error(),
            "the event: there is no site");
}

}  // namespace
}  // namespace crema::app
