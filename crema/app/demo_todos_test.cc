#include "crema/app/demo_todos.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crema::app {
namespace {

using ::testing::HasSubstr;

TEST(DemoTodos, TakesAChangeOfEitherField) {
  DemoTodos todos;
  EXPECT_TRUE(todos.change("2", R"({"text":"a \"b\""})"));
  EXPECT_TRUE(todos.change("2", R"({"done":true})"));
  EXPECT_THAT(todos.json(), HasSubstr(R"({"name":"2","text":"a \"b\"","done":true})"));
  EXPECT_THAT(todos.json(),
              HasSubstr(R"({"name":"1","text":"Open this page twice","done":false})"));
}

TEST(DemoTodos, RefusesWhatItDoesNotKnow) {
  DemoTodos todos;
  const std::string before = todos.json();
  EXPECT_FALSE(todos.change("4", "{}"));
  EXPECT_FALSE(todos.change("", "{}"));
  for (const char* body : {"", "[]", "{", R"({"text":1})", R"({"done":1})"}) {
    EXPECT_FALSE(todos.change("1", body)) << body;
  }
  const std::string longest(DemoTodos::kTextBytesMax, 'x');
  EXPECT_FALSE(todos.change("1", R"({"done":true,"text":")" + longest + "x\"}"));
  EXPECT_EQ(todos.json(), before);
  EXPECT_TRUE(todos.change("1", R"({"text":")" + longest + "\"}"));
}

}  // namespace
}  // namespace crema::app
