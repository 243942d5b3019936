#include "crema/publish/room_names.h"

#include <gtest/gtest.h>

namespace crema::publish {
namespace {

TEST(RoomNames, AreSpelledAsFrappeSpellsThem) {
  EXPECT_EQ(user_room("alice@example.com"), "user:alice@example.com");
  EXPECT_EQ(doctype_room("Sales Order"), "doctype:Sales Order");
  EXPECT_EQ(doc_room("Sales Order", "SO-1"), "doc:Sales Order/SO-1");
  EXPECT_EQ(open_doc_room("Sales Order", "SO-1"), "open_doc:Sales Order/SO-1");
  EXPECT_EQ(task_room("42"), "task_progress:42");
}

TEST(RoomNames, KeepSlashesAndUnicodeOfADocumentName) {
  EXPECT_EQ(doc_room("File", "a/b é"), "doc:File/a/b é");
}

}  // namespace
}  // namespace crema::publish
