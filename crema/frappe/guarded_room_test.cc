#include "crema/frappe/guarded_room.h"

#include <gtest/gtest.h>

namespace crema::frappe {
namespace {

TEST(GuardedRoom, SaysWhatHasToBeAsked) {
  const auto list = guarded_room("doctype:Sales Order");
  ASSERT_TRUE(list);
  EXPECT_EQ(list->doctype, "Sales Order");
  EXPECT_EQ(list->name, "");
  EXPECT_FALSE(list->opens);

  const auto doc = guarded_room("doc:ToDo/a/b");
  ASSERT_TRUE(doc);
  EXPECT_EQ(doc->room, "doc:ToDo/a/b");
  EXPECT_EQ(doc->doctype, "ToDo");
  EXPECT_EQ(doc->name, "a/b") << "names may have slashes, doctypes have none";
  EXPECT_FALSE(doc->opens);

  const auto open = guarded_room("open_doc:ToDo/\"1\"");
  ASSERT_TRUE(open && open->opens);
  EXPECT_EQ(open->opens->doctype_json, R"("ToDo")");
  EXPECT_EQ(open->opens->name_json, R"("\"1\"")");
}

TEST(GuardedRoom, IsNoneThatFollowsFromWhoSomebodyIs) {
  for (const char* room : {"all", "website", "user:doctype:x", "task_progress:1", "doc:none", ""}) {
    EXPECT_FALSE(guarded_room(room)) << room;
  }
  EXPECT_TRUE(is_subscribed_room("task_progress:1"));
  EXPECT_TRUE(is_subscribed_room("doctype:ToDo"));
  EXPECT_FALSE(is_subscribed_room("all"));
  EXPECT_FALSE(is_subscribed_room("user:alice"));
}

}  // namespace
}  // namespace crema::frappe
