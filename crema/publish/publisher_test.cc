#include "crema/publish/publisher.h"

#include "crema/json/slice.h"
#include "crema/publish/after_commit.h"
#include "crema/publish/listener_for_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crema::publish {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class PublisherTest : public ::testing::Test {
 protected:
  std::vector<std::string> published(std::string_view key) {
    std::vector<std::string> values;
    for (const std::string& message : listener_.messages()) {
      values.push_back(json::string_value(json::member(message, key).value_or("")).value_or(""));
    }
    return values;
  }

  static Call to_user(std::string event, std::string message = {}) {
    return {.event = std::move(event), .message = std::move(message), .user = "a"};
  }

  Subscribers say(AfterCommit& later, Call call) {
    return listener_.await(later.publish_realtime(std::move(call)));
  }
  Errc refusal(AfterCommit& later, Call call) {
    return std::get<EnvelopeError>(say(later, std::move(call)).error()).code;
  }

  ListenerForTest listener_;
  Publisher publisher_{listener_.redis(), {.site = "s", .user = "me"}};
};

TEST_F(PublisherTest, HasANameForEveryTarget) {
  EXPECT_EQ(listener_.await(publisher_.publish_to_user("a", "list_update", "{}")), 1);
  EXPECT_EQ(listener_.await(publisher_.publish_to_doctype("D", "e", "1")), 1);
  EXPECT_EQ(listener_.await(publisher_.publish_to_doc("D", "N", "e", "1")), 1);
  EXPECT_EQ(listener_.await(publisher_.publish_to_task("t", "e", "")), 1);
  EXPECT_EQ(listener_.await(publisher_.publish_to_website("e", "")), 1);
  EXPECT_EQ(listener_.await(publisher_.publish_to_all("e", "null")), 1);
  EXPECT_THAT(published("room"),
              ElementsAre("user:a", "doctype:D", "doc:D/N", "task_progress:t", "website", "all"));
}

TEST_F(PublisherTest, RefusesAnEmptyName) {
  EXPECT_FALSE(listener_.await(publisher_.publish_to_user("", "e", "1")));
  EXPECT_FALSE(listener_.await(publisher_.publish_to_doctype("", "e", "1")));
  EXPECT_FALSE(listener_.await(publisher_.publish_to_doc("", "N", "e", "1")));
  EXPECT_FALSE(listener_.await(publisher_.publish_to_doc("D", "", "e", "1")));
  EXPECT_FALSE(listener_.await(publisher_.publish_to_task("", "e", "1")));
  EXPECT_FALSE(listener_.await(publisher_.publish_to_all("", "1")));
  EXPECT_FALSE(listener_.await(publisher_.publish_to_all("e", "{")));
  EXPECT_FALSE(listener_.await(publisher_.publish_to_task("t", "e", "{")));
  EXPECT_THAT(listener_.messages(), IsEmpty());
}

TEST_F(PublisherTest, AfterCommitFlushesInOrderAndEqualEventsOnce) {
  AfterCommit later(publisher_);
  EXPECT_EQ(say(later, to_user("one", "{\"n\": 1}")), 0);
  EXPECT_EQ(say(later, to_user("two")), 0);
  EXPECT_EQ(say(later, to_user("one", "{\"n\":1}")), 0);
  EXPECT_EQ(say(later, to_user("one", "{\"n\":2}")), 0);
  EXPECT_THAT(listener_.messages(), IsEmpty());
  EXPECT_EQ(listener_.await(later.commit()), 3U);
  EXPECT_THAT(published("event"), ElementsAre("one", "two", "one"));
  EXPECT_EQ(listener_.await(later.commit()), 0U);
  EXPECT_EQ(say(later, to_user("one", "{\"n\": 1}")), 0);
  EXPECT_EQ(listener_.await(later.commit()), 1U);
}

// Source: frappe-realtime 6.2, step 4.
TEST_F(PublisherTest, ATasksEventDoesNotWaitForTheCommit) {
  AfterCommit later(publisher_);
  EXPECT_EQ(say(later, {.event = "e", .task_id = "t"}), 1);
  EXPECT_EQ(say(later, {.event = "e", .room = "r", .task_id = "t"}), 0);
  EXPECT_THAT(published("room"), ElementsAre("task_progress:t"));
  later.rollback();
  EXPECT_EQ(listener_.await(later.commit()), 0U);
}

TEST_F(PublisherTest, ARollbackDropsWhatWaits) {
  AfterCommit later(publisher_);
  EXPECT_EQ(say(later, to_user("one")), 0);
  later.rollback();
  EXPECT_EQ(listener_.await(later.commit()), 0U);
  {
    AfterCommit left(publisher_);
    EXPECT_EQ(say(left, to_user("one")), 0);
  }
  EXPECT_THAT(listener_.messages(), IsEmpty());
}

TEST_F(PublisherTest, AfterCommitRefusesAtTheCall) {
  AfterCommit later(publisher_);
  EXPECT_EQ(refusal(later, {.event = "e"}), Errc::kNoTarget);
  EXPECT_EQ(refusal(later, to_user("e", "{")), Errc::kBadMessage);
}

TEST_F(PublisherTest, AfterCommitHasABound) {
  AfterCommit later(publisher_);
  for (size_t i = 0; i < AfterCommit::kWaitingMax; ++i) {
    ASSERT_EQ(say(later, to_user("e", std::to_string(i))), 0);
  }
  EXPECT_EQ(refusal(later, to_user("e", "-1")), Errc::kTooMany);
  EXPECT_EQ(say(later, to_user("e", "0")), 0);
}

TEST(ProgressMessage, HasItsThreeKeysAlways) {
  EXPECT_EQ(progress_message({.percent = 25}), R"({"percent":25,"title":null,"description":null})");
  EXPECT_EQ(progress_message({.percent = 12.5, .title = "a\"b"}),
            R"({"percent":12.5,"title":"a\"b","description":null})");
}

TEST(WithTaskId, IsGivenToAnObjectThatHasNone) {
  EXPECT_EQ(with_task_id("{ }", "t"), R"({"task_id":"t"})");
  EXPECT_EQ(with_task_id("{\"a\": 1}", "t\""), R"({"task_id":"t\"","a":1})");
  EXPECT_EQ(with_task_id("{\"task_id\":1}", "t"), R"({"task_id":1})");
  EXPECT_EQ(with_task_id("[1]", "t"), "[1]");
  EXPECT_EQ(with_task_id("{", "t").error().code, Errc::kBadMessage);
}

}  // namespace
}  // namespace crema::publish
