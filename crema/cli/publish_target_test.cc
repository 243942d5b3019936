#include "crema/cli/publish_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crema::cli {
namespace {

using ::testing::StartsWith;

TEST(RoomOf, NamesTheRoomOfEachTarget) {
  EXPECT_EQ(room_of({.user = "alice@example.com"}), "user:alice@example.com");
  EXPECT_EQ(room_of({.doctype = "Sales Order"}), "doctype:Sales Order");
  EXPECT_EQ(room_of({.doctype = "Sales Order", .docname = "SO-1"}), "doc:Sales Order/SO-1");
  EXPECT_EQ(room_of({.task = "42"}), "task_progress:42");
  EXPECT_EQ(room_of({.room = "open_doc:ToDo/1"}), "open_doc:ToDo/1");
  EXPECT_EQ(room_of({.website = true}), "website");
  EXPECT_EQ(room_of({.all = true}), "all");
}

TEST(RoomOf, NeverFallsToEverybody) {
  EXPECT_THAT(room_of({}).error(), StartsWith("say to whom: --user USER"));
  EXPECT_EQ(room_of({.user = ""}).error(), "--user is empty");
  EXPECT_EQ(room_of({.room = ""}).error(), "--room is empty");
  EXPECT_EQ(room_of({.doctype = "ToDo", .docname = ""}).error(), "--docname is empty");
}

TEST(RoomOf, TakesOneTargetOnly) {
  EXPECT_THAT(room_of({.user = "a", .all = true}).error(), StartsWith("say to whom only once"));
  EXPECT_THAT(room_of({.doctype = "a", .room = "b"}).error(), StartsWith("say to whom only once"));
  EXPECT_EQ(room_of({.docname = "a"}).error(), "--docname needs --doctype");
  EXPECT_EQ(room_of({.user = "u", .docname = "a"}).error(), "--docname needs --doctype");
}

}  // namespace
}  // namespace crema::cli
