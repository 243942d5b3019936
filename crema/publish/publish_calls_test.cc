// clients/publish_calls.json: the calls that every form of publishing answers in the same way.
#include "crema/json/value.h"
#include "crema/publish/listener_for_test.h"
#include "crema/publish/publisher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace crema::publish {
namespace {

using ::testing::IsEmpty;
using ::testing::StartsWith;

json::Object table() {
  std::ostringstream text;
  text << std::ifstream(CREMA_PUBLISH_CALLS).rdbuf();
  return json::parse(text.str(), 1 << 20).value().as_object();
}

std::string text_of(const json::Object& object, std::string_view key) {
  const json::Value* value = object.if_contains(key);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

bool is_for_cpp(const json::Object& test_case) {
  const json::Value* only = test_case.if_contains("only");
  if (!only) return true;
  for (const json::Value& form : only->as_array()) {
    if (form.as_string() == "cpp") return true;
  }
  return false;
}

Subscribers run(ListenerForTest& listener, Publisher& publisher, const json::Object& test_case) {
  const json::Object& args = test_case.at("args").as_object();
  if (test_case.at("call").as_string() == "publish_progress") {
    return listener.await(
        publisher.publish_progress({.percent = args.at("percent").to_number<double>(),
                                    .title = text_of(args, "title"),
                                    .description = text_of(args, "description"),
                                    .user = text_of(args, "user"),
                                    .doctype = text_of(args, "doctype"),
                                    .docname = text_of(args, "docname"),
                                    .task_id = text_of(args, "task_id")}));
  }
  const json::Value* message = args.if_contains("message");
  return listener.await(
      publisher.publish_realtime({.event = text_of(args, "event"),
                                  .message = message ? json::serialize(*message) : "",
                                  .room = text_of(args, "room"),
                                  .user = text_of(args, "user"),
                                  .doctype = text_of(args, "doctype"),
                                  .docname = text_of(args, "docname"),
                                  .task_id = text_of(args, "task_id")}));
}

TEST(PublishCalls, AreAnsweredAsTheTableSays) {
  const json::Object calls = table();
  const std::string site = text_of(calls, "site");
  ASSERT_EQ(text_of(calls, "channel"), kChannel);
  ListenerForTest listener;
  for (const json::Value& entry : calls.at("cases").as_array()) {
    const json::Object& test_case = entry.as_object();
    if (!is_for_cpp(test_case)) continue;
    SCOPED_TRACE(text_of(test_case, "name"));
    Publisher publisher(listener.redis(),
                        {.site = site, .user = text_of(test_case, "session_user")});
    const Subscribers answer = run(listener, publisher, test_case);
    const std::vector<std::string> published = listener.messages();
    if (const json::Value* refused = test_case.if_contains("refused")) {
      ASSERT_FALSE(answer);
      EXPECT_THAT(to_string(answer.error()), StartsWith(std::string(refused->as_string())));
      EXPECT_THAT(published, IsEmpty());
      continue;
    }
    EXPECT_EQ(answer, 1);
    ASSERT_EQ(published.size(), 1U);
    const json::Object expected = {{"event", test_case.at("event")},
                                   {"message", test_case.at("message")},
                                   {"namespace", site},
                                   {"room", test_case.at("room")}};
    EXPECT_EQ(json::parse(published.front(), 1 << 20).value(), json::Value(expected));
  }
}

}  // namespace
}  // namespace crema::publish
