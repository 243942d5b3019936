#include "crema/frappe/saved_rooms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crema::frappe {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::chrono::sys_seconds kNow{1'800'000'000s};
const base::TimePoint kStart{};

SavedSession session(std::string pid = "p1") {
  return {"a.localhost", std::move(pid), "alice@example.com", {"doctype:To \"Do\"", "doc:A/ü/b"}};
}

TEST(SavedRooms, AreReadAsTheyWereWritten) {
  const auto decoded = decode_saved(encode_saved({session("p1"), session("p2")}, kNow));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->saved_at, kNow);
  ASSERT_EQ(decoded->sessions.size(), 2U);
  EXPECT_EQ(decoded->sessions[1].pid, "p2");
  EXPECT_EQ(decoded->sessions[0].site, "a.localhost");
  EXPECT_EQ(decoded->sessions[0].user, "alice@example.com");
  EXPECT_THAT(decoded->sessions[0].rooms, ElementsAre("doctype:To \"Do\"", "doc:A/ü/b"));
}

TEST(SavedRooms, AreNotReadFromAnythingElse) {
  const std::string head = R"({"crema_state":1,"saved_at":1})"
                           "\n";
  const std::string whole = encode_saved({session()}, kNow);
  const std::vector<std::pair<std::string, std::string>> bad{
      {"x", "line 1 is cut off"},
      {"x\n", "line 1 is not JSON"},
      {R"({"crema_state":2,"saved_at":1})"
       "\n",
       "line 1 names another version"},
      {R"({"crema_state":1})"
       "\n",
       "line 1 has no time"},
      {R"({"crema_state":1,"saved_at":-9223372036854775808})"
       "\n",
       "line 1 has no time"},
      {R"({"crema_state":1,"saved_at":253402300800})"
       "\n",
       "line 1 has no time"},
      {head + "{}\n", "line 2 is no session"},
      {head + R"({"site":"a","pid":"p","user":"u","rooms":[1]})" + "\n", "line 2 is no session"},
      {whole.substr(0, whole.size() - 1), "line 2 is cut off"},
  };
  for (const auto& [text, why] : bad) {
    const auto decoded = decode_saved(text);
    ASSERT_FALSE(decoded) << text;
    EXPECT_EQ(decoded.error(), why);
  }
}

TEST(SavedRooms, FileIsBounded) {
  SavedSession large = session();
  large.rooms.assign(kSavedRoomsPerSessionMax, std::string(512, 'r'));
  const std::string text = encode_saved(std::vector<SavedSession>(2000, large), kNow);
  EXPECT_LE(text.size(), kSavedBytesMax);
  EXPECT_TRUE(decode_saved(text));
  large.rooms.emplace_back("one more");
  EXPECT_THAT(decode_saved(encode_saved({large}, kNow)).error(), HasSubstr("no session"));
}

TEST(SavedRooms, AreFoundByWhoeverHasTheIdOnTheSiteAsTheSameUser) {
  SavedRooms saved({session()}, kStart + 2min);
  EXPECT_THAT(saved.find("b.localhost", "p1", "alice@example.com", kStart), IsEmpty());
  EXPECT_THAT(saved.find("a.localhost", "p2", "alice@example.com", kStart), IsEmpty());
  EXPECT_THAT(saved.find("a.localhost", "p1", "bob@example.com", kStart), IsEmpty());
  EXPECT_EQ(saved.find("a.localhost", "p1", "alice@example.com", kStart).size(), 2U);
  EXPECT_EQ(saved.find("a.localhost", "p1", "alice@example.com", kStart + 2min).size(), 2U);
  EXPECT_EQ(saved.size(), 1U);
  saved.forget("p1");
  EXPECT_EQ(saved.size(), 0U);
}

TEST(SavedRooms, AreGoneWhenTheirTimeIsOver) {
  SavedRooms saved({session()}, kStart + 2min);
  EXPECT_THAT(saved.find("a.localhost", "p1", "alice@example.com", kStart + 3min), IsEmpty());
  EXPECT_EQ(saved.size(), 0U);
}

}  // namespace
}  // namespace crema::frappe
