#include "crema/frappe/realtime_for_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crema::frappe {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class RecoveredTest : public RealtimeTest {
 protected:
  void start_recovering() {
    recovery_.emplace().ask = socketio::RecoveryConfig::Ask::kApplication;
    services_.config.permission_ttl = 0ms;
    services_.config.review_wait = 100ms;
    start();
    backend_->release();
  }
  // A client that is lost with this room, and is asked about again from now on.
  void lose_with(const std::string& document) {
    Client client = join("a", "alice");
    client.send_text("42/a,1[\"doc_subscribe\",\"ToDo\",\"" + document + "\"]");
    EXPECT_EQ(client.frame(), R"(43/a,1[{"ok":true}])");
    on(0, [this] {
      backend_->hold();
      return true;
    });
    client.close();
    EXPECT_TRUE(becomes([&] { return !last_shard().hub().find("/a", socket_id_); }));
  }
  std::string come_back(Client& client) {
    client.send_text(R"(40/a,{"pid":")" + pid_ + R"("})");
    return client.frame();
  }
};
INSTANTIATE_TEST_SUITE_P(Shards, RecoveredTest, testing::Values(1U));

TEST_P(RecoveredTest, IsTheSameSocketWithItsRoomsAndWhatItMissed) {
  start_recovering();
  lose_with("1");
  publish("a", "doc:ToDo/1", "missed");
  Client again = open("a", "alice");
  EXPECT_THAT(come_back(again), HasSubstr(R"(42/a,["missed",null,")"));
  EXPECT_THAT(again.frame(), HasSubstr(socket_id_));
  EXPECT_TRUE(is_in("doc:ToDo/1"));
  EXPECT_TRUE(is_in("user:alice"));
}

TEST_P(RecoveredTest, WaitsNotForeverForAPermissionAndJoinsWhenItComes) {
  start_recovering();
  lose_with("held");
  publish("a", "doc:ToDo/held", "missed");
  Client again = open("a", "alice");
  EXPECT_THAT(come_back(again), HasSubstr(socket_id_)) << "what was missed is not for it yet";
  EXPECT_FALSE(is_in("doc:ToDo/held"));
  on(0, [this] {
    backend_->release();
    return true;
  });
  EXPECT_TRUE(comes_in("doc:ToDo/held"));
}

TEST_P(RecoveredTest, GivesAnotherUsersSessionToNobody) {
  start_recovering();
  lose_with("1");
  publish("a", "doc:ToDo/1", "missed");
  Client other = open("a", "bob");
  const std::string answer = come_back(other);
  EXPECT_THAT(answer, testing::StartsWith(R"(40/a,{"sid":")"));
  EXPECT_THAT(answer, testing::Not(HasSubstr(socket_id_)));
  publish("a", "doc:ToDo/1", "no");
  publish("a", "user:bob", "yes");
  EXPECT_THAT(other.frame(), HasSubstr("yes"));
}

TEST_P(RecoveredTest, GivesSavedRoomsToTheSameUserOnce) {
  recovery_.emplace().ask = socketio::RecoveryConfig::Ask::kApplication;
  std::vector<SavedSession> sessions{
      {"a", "before", "alice", {"doctype:ToDo", "task_progress:7", "doc:ToDo/denied", "all"}}};
  services_.saved = std::make_unique<SavedRooms>(sessions, base::steady_now() + 1min);
  start();
  backend_->release();
  Client bob = open("a", "bob");
  bob.send_text(R"(40/a,{"pid":"before"})");
  EXPECT_THAT(bob.frame(), testing::StartsWith("40/a,"));
  Client alice = open("a", "alice");
  alice.send_text(R"(40/a,{"pid":"before"})");
  const std::string answer = alice.frame();
  socket_id_ = answer.substr(answer.find(R"("sid":")") + 7, 20);
  EXPECT_TRUE(comes_in("doctype:ToDo"));
  EXPECT_TRUE(comes_in("task_progress:7"));
  EXPECT_FALSE(is_in("doc:ToDo/denied"));
  EXPECT_EQ(on(0, [this] { return services_.saved->size(); }), 0U);
}

}  // namespace
}  // namespace crema::frappe
