#include "crema/frappe/handlers/handlers.h"

#include <gtest/gtest.h>

namespace crema::frappe::handlers {
namespace {

std::string argument(json::Slice value) {
  socketio::Event event;
  event.args = {value};
  return text_argument(event, 0);
}

TEST(TextArgument, IsAStringOrANumbersText) {
  EXPECT_EQ(argument(R"("ToDo")"), "ToDo");
  EXPECT_EQ(argument(R"("a\u0020\"b\"/\u00e9")"), "a \"b\"/\u00e9");
  EXPECT_EQ(argument("42"), "42");
  EXPECT_EQ(argument("-1.50"), "-1.50");
  EXPECT_EQ(argument("0"), "0");
}

TEST(TextArgument, IsEmptyForEverythingElse) {
  for (const char* value :
       {R"("")", "null", "true", "false", "[]", R"(["a"])", "{}", R"({"toString":"x"})"}) {
    EXPECT_EQ(argument(value), "") << value;
  }
  socketio::Event event;
  EXPECT_EQ(text_argument(event, 0), "");
  event.args = {R"("a")"};
  EXPECT_EQ(text_argument(event, 1), "");
}

TEST(Handlers, AreFrappesEvents) {
  EXPECT_EQ(find("ping"), &ping);
  EXPECT_EQ(find("doctype_subscribe"), &doctype_subscribe);
  EXPECT_EQ(find("doctype_unsubscribe"), &doctype_unsubscribe);
  EXPECT_EQ(find("doc_subscribe"), &doc_subscribe);
  EXPECT_EQ(find("doc_unsubscribe"), &doc_unsubscribe);
  EXPECT_EQ(find("task_subscribe"), &task_subscribe);
  EXPECT_EQ(find("progress_subscribe"), &task_subscribe);
  EXPECT_EQ(find("task_unsubscribe"), &task_unsubscribe);
  EXPECT_EQ(find("doc_open"), &doc_open);
  EXPECT_EQ(find("doc_close"), &doc_close);
  EXPECT_EQ(find("open_in_editor"), &open_in_editor);
}

TEST(Handlers, AreNoneForOthers) {
  for (const char* name : {"", "Ping", "ping ", "doc_typing", "join", "__proto__", "error"}) {
    EXPECT_EQ(find(name), nullptr) << name;
  }
}

}  // namespace
}  // namespace crema::frappe::handlers
