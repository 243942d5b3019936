#include "crema/frappe/realtime.h"

#include "crema/frappe/counters.h"
#include "crema/frappe/realtime_for_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

namespace crema::frappe {
namespace {

using testing::StartsWith;

INSTANTIATE_TEST_SUITE_P(Shards, RealtimeTest, testing::Values(1U, 2U));

TEST_P(RealtimeTest, DeliversWhatIsPublishedAtHome) {
  start();
  Client alice = join("a", "alice");
  EXPECT_EQ(shard_, GetParam() - 1);
  publish("a", "user:alice", "one");
  EXPECT_EQ(alice.frame(), R"(42/a,["one",null])");
  publish("a", "website", "two");
  EXPECT_EQ(alice.frame(), R"(42/a,["two",null])");
  publish("a", "all", "three");
  EXPECT_EQ(alice.frame(), R"(42/a,["three",null])");
}

TEST_P(RealtimeTest, KeepsTheOrderOfWhatComesAtOnce) {
  start();
  Client alice = join("a", "alice");
  Client guest = join("a", "guest");
  const std::vector<std::string> rooms = {"all", "all", "website", "website", "user:alice", "all"};
  on(0, [&] {
    for (size_t i = 0; i < rooms.size(); ++i) {
      const std::string message = R"({"event":"e","namespace":"a","room":")" + rooms[i] +
                                  R"(","message":)" + std::to_string(i) + "}";
      EXPECT_TRUE(bridge_->on_one_of_many(message).has_value());
      EXPECT_FALSE(bridge_->on_one_of_many("{").has_value());
    }
    bridge_->hand_over();
    return true;
  });
  for (size_t i = 0; i < rooms.size(); ++i) {
    EXPECT_EQ(alice.frame(), R"(42/a,["e",)" + std::to_string(i) + "]");
  }
  EXPECT_EQ(guest.frame(), R"(42/a,["e",2])");
  EXPECT_EQ(guest.frame(), R"(42/a,["e",3])");
}

TEST_P(RealtimeTest, JoinsWhatIsForTheSameReceivers) {
  if (GetParam() != 1) GTEST_SKIP() << "another shard's queue is seen too late";
  start();
  Client alice = join("a", "alice");
  const auto is_one_entry = [&](std::string_view second_room) {
    for (const std::string_view room : {std::string_view("all"), second_room}) {
      const std::string message =
          R"({"event":"e","namespace":"a","room":")" + std::string(room) + R"("})";
      EXPECT_TRUE(bridge_->on_one_of_many(message).has_value());
    }
    bridge_->hand_over();
    const socketio::Socket* socket = last_shard().hub().find("/a", socket_id_);
    return socket->connection()->session().queue().has_one();
  };
  EXPECT_TRUE(on(0, [&] { return is_one_entry("all"); }));
  for (int i = 0; i < 2; ++i) EXPECT_EQ(alice.frame(), R"(42/a,["e",null])");
  EXPECT_FALSE(on(0, [&] { return is_one_entry("website"); }));
}

TEST_P(RealtimeTest, WhatIsHandedOverTogetherHasABound) {
  start();
  Client alice = join("a", "alice");
  constexpr size_t kEvents = 10;
  const std::string large(engineio::kGatherBytes / 3, 'x');
  on(0, [&] {
    for (size_t i = 0; i < kEvents; ++i) {
      const std::string message = R"({"event":"e","namespace":"a","room":"all","message":")" +
                                  large + std::to_string(i) + R"("})";
      EXPECT_TRUE(bridge_->on_one_of_many(message).has_value());
    }
    bridge_->hand_over();
    return true;
  });
  for (size_t i = 0; i < kEvents; ++i) {
    EXPECT_EQ(alice.frame(), R"(42/a,["e",")" + large + std::to_string(i) + "\"]");
  }
}

TEST_P(RealtimeTest, KeepsSitesAndUsersApart) {
  start();
  Client alice = join("a", "alice");
  Client other = join("b", "alice");
  Client guest = join("a", "guest");
  publish("b", "user:alice", "b");
  publish("a", "user:guest", "g");
  publish("a", "all", "system");
  publish("a", "website", "a");
  publish("b", "website", "end");
  EXPECT_EQ(alice.frame(), R"(42/a,["system",null])");
  EXPECT_EQ(alice.frame(), R"(42/a,["a",null])");
  EXPECT_EQ(guest.frame(), R"(42/a,["g",null])");
  EXPECT_EQ(guest.frame(), R"(42/a,["a",null])");
  EXPECT_EQ(other.frame(), R"(42/b,["b",null])");
  EXPECT_EQ(other.frame(), R"(42/b,["end",null])");
}

TEST_P(RealtimeTest, AsksOnceForAllSocketsOfACredential) {
  start();
  Client one = join("a", "alice");
  Client two = join("a", "alice");
  Client three = join("b", "alice");
  EXPECT_EQ(on(0, [&] { return backend_->identified; }), 2) << "once for each site";
}

TEST_P(RealtimeTest, RefusesWithTheOriginalsMessages) {
  start();
  Client wrong = open("a", "alice");
  wrong.send_text("40/b,");
  EXPECT_EQ(wrong.frame(), R"(44/b,{"message":"Invalid namespace"})");
  wrong.send_text("40/nowhere,");
  EXPECT_EQ(wrong.frame(), R"(44/nowhere,{"message":"Invalid namespace"})");
  Client refused = open("a", "no");
  refused.send_text("40/a,");
  EXPECT_EQ(refused.frame(), R"(44/a,{"message":"Unauthorized: no"})");
  Client nobody = open("a", "empty");
  nobody.send_text("40/a,");
  EXPECT_EQ(nobody.frame(),
            R"(44/a,{"message":"Unauthorized: the web process did not say who this is"})");
  EXPECT_EQ(on(0, [&] { return backend_->identified; }), 3) << "an empty answer is asked for again";
}

TEST_P(RealtimeTest, LetsInWhoWaitedWhileTheWebProcessStartedWithANewSecret) {
  start();
  Client alice = join("a", "new secret");
  EXPECT_EQ(on(0, [&] { return backend_->identified; }), 3);
}

TEST_P(RealtimeTest, OpensTheRootToEverybodyAndNothingInIt) {
  start();
  Client client = open("a", "no");
  client.send_text("40");
  EXPECT_THAT(client.frame(), StartsWith(R"(40{"sid":")"));
  client.send_text(R"(42["ping"])");
  client.send_text(R"(42["doc_subscribe","ToDo","1"])");
  on(0, [&] { return bridge_->on_message(R"({"event":"build_event"})").has_value(); });
  client.send_text("40/b,");
  EXPECT_EQ(client.frame(), R"(44/b,{"message":"Invalid namespace"})");
  EXPECT_EQ(on(0, [&] { return backend_->checked; }), 0);
}

TEST_P(RealtimeTest, WaitsForAWebProcessThatComesBack) {
  start();
  Client late = join("a", "late");
  EXPECT_EQ(on(0, [&] { return backend_->identified; }), 2);
}

TEST_P(RealtimeTest, ClosesWithoutAnAnswerWhenTheWebProcessStaysAway) {
  services_.config.auth_wait = std::chrono::milliseconds(50);
  start();
  const int64_t closed = kAuthUnavailable.value();
  Client away = open("a", "away");
  away.send_text("40/a,");
  EXPECT_THAT(away.frame(), StartsWith("close:")) << "no CONNECT_ERROR: the client comes back";
  EXPECT_EQ(kAuthUnavailable.value(), closed + 1);
}

TEST_P(RealtimeTest, JoinsWhoMayRead) {
  start();
  Client alice = join("a", "alice");
  alice.send_text(R"(42/a,["doctype_subscribe","ToDo"])");
  ASSERT_TRUE(comes_in("doctype:ToDo"));
  alice.send_text(R"(42/a,["doc_subscribe","ToDo",7])");
  ASSERT_TRUE(comes_in("doc:ToDo/7"));
  publish("a", "doc:ToDo/7", "update");
  EXPECT_EQ(alice.frame(), R"(42/a,["update",null])");
  alice.send_text(R"(42/a,["doc_unsubscribe","ToDo",7])");
  settle(alice);
  EXPECT_FALSE(is_in("doc:ToDo/7"));
}

TEST_P(RealtimeTest, DoesNotJoinWhoMayNot) {
  start();
  const int64_t denied = kChecksDenied.value();
  Client alice = join("a", "alice");
  alice.send_text(R"(42/a,["doc_subscribe","ToDo","denied"])");
  ASSERT_TRUE(becomes([&] { return kChecksDenied.value() == denied + 1; }));
  EXPECT_FALSE(is_in("doc:ToDo/denied"));
}

TEST_P(RealtimeTest, DoesNotJoinWhoUnsubscribedMeanwhile) {
  start();
  const int64_t allowed = kChecksAllowed.value();
  Client alice = join("a", "alice");
  alice.send_text(R"(42/a,["doc_subscribe","ToDo","held"])");
  ASSERT_TRUE(backend_->log.wait_for("check ToDo held"));
  alice.send_text(R"(42/a,["doc_unsubscribe","ToDo","held"])");
  settle(alice);
  on(0, [&] { backend_->release(); });
  ASSERT_TRUE(becomes([&] { return kChecksAllowed.value() == allowed + 1; }));
  EXPECT_FALSE(is_in("doc:ToDo/held"));
}

TEST_P(RealtimeTest, AsksOnceHoweverOftenASocketChangesItsMind) {
  start();
  const int64_t ignored = kChecksTooMany.value();
  Client alice = join("a", "alice");
  alice.send_text(R"(42/a,["doc_subscribe","ToDo","held"])");
  ASSERT_TRUE(backend_->log.wait_for("check ToDo held"));
  for (int i = 0; i < 200; ++i) {
    alice.send_text(R"(42/a,["doc_unsubscribe","ToDo","held"])");
    alice.send_text(R"(42/a,["doc_subscribe","ToDo","held"])");
  }
  settle(alice);
  EXPECT_EQ(kChecksTooMany.value(), ignored);
  on(0, [&] { backend_->release(); });
  EXPECT_TRUE(comes_in("doc:ToDo/held"));
  EXPECT_EQ(on(0, [&] { return backend_->checked; }), 1);
}

TEST_P(RealtimeTest, ForgetsTheChecksOfASocketThatIsGone) {
  start();
  Client gone = join("a", "alice");
  gone.send_text(R"(42/a,["doc_subscribe","ToDo","held"])");
  ASSERT_TRUE(backend_->log.wait_for("check ToDo held"));
  gone.close();
  ASSERT_TRUE(becomes([&] { return last_shard().hub().find("/a", socket_id_) == nullptr; }));
  const int64_t allowed = kChecksAllowed.value();
  on(0, [&] { backend_->release(); });
  Client next = join("a", "alice");
  settle(next);
  EXPECT_EQ(kChecksAllowed.value(), allowed);
}

TEST_P(RealtimeTest, JoinsWhoAskedWhileTheWebProcessWasAway) {
  start();
  Client alice = join("a", "alice");
  alice.send_text(R"(42/a,1["doc_subscribe","ToDo","late"])");
  settle(alice);
  EXPECT_FALSE(is_in("doc:ToDo/late"));
  EXPECT_EQ(alice.frame(), R"(43/a,1[{"ok":true}])");
  EXPECT_EQ(on(0, [&] { return backend_->checked; }), 3);
}

TEST_P(RealtimeTest, GivesASubscriptionUpWhenTheWebProcessStaysAway) {
  services_.config.auth_wait = std::chrono::milliseconds(50);
  start();
  Client alice = join("a", "alice");
  alice.send_text(R"(42/a,1["doc_subscribe","ToDo","away"])");
  EXPECT_EQ(alice.frame(), R"(43/a,1[{"ok":false,"error":"The permission could not be checked"}])");
}

TEST_P(RealtimeTest, BoundsTheUndecidedChecksOfASocket) {
  start();
  const int64_t ignored = kChecksTooMany.value();
  Client alice = join("a", "alice");
  for (size_t i = 0; i < kPendingChecksMax + 2; ++i) {
    alice.send_text(R"(42/a,["doc_subscribe","ToDo","held)" + std::to_string(i) + R"("])");
  }
  settle(alice);
  EXPECT_EQ(kChecksTooMany.value(), ignored + 2);
  on(0, [&] { backend_->release(); });
  EXPECT_TRUE(comes_in_rooms(3 + kPendingChecksMax));
  alice.send_text(R"(42/a,["doc_subscribe","ToDo","once more"])");
  EXPECT_TRUE(comes_in("doc:ToDo/once more"));
}

TEST_P(RealtimeTest, DoesNotAskAboutWhatCannotBeJoined) {
  start();
  Client alice = join("a", "alice");
  const std::string long_name(600, 'x');
  for (const std::string& arguments :
       {std::string(R"("ToDo")"), std::string(R"("","1")"), std::string(R"({},"1")"),
        std::string(R"("ToDo",null)"), "\"ToDo\",\"" + long_name + "\""}) {
    alice.send_text(R"(42/a,["doc_subscribe",)" + arguments + "]");
  }
  alice.send_text(R"(42/a,["doctype_subscribe"])");
  alice.send_text(R"(42/a,["doctype_subscribe",")" + long_name + "\"]");
  alice.send_text(R"(42/a,["no_such_event",1])");
  settle(alice);
  EXPECT_EQ(on(0, [&] { return backend_->checked; }), 0);
}

TEST_P(RealtimeTest, FollowsTasksWithoutAsking) {
  start();
  Client alice = join("a", "alice");
  alice.send_text(R"(42/a,["task_subscribe","t1"])");
  alice.send_text(R"(42/a,["progress_subscribe","t2"])");
  alice.send_text(R"(42/a,["task_unsubscribe","t2"])");
  settle(alice);
  EXPECT_TRUE(is_in("task_progress:t1"));
  EXPECT_FALSE(is_in("task_progress:t2"));
  EXPECT_EQ(on(0, [&] { return backend_->checked; }), 0);
}

TEST_P(RealtimeTest, AnswersWhoAskedForAnAcknowledgement) {
  start();
  Client alice = join("a", "alice");
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"("doc_subscribe","ToDo","1")", R"({"ok":true})"},
      {R"("doc_subscribe","ToDo","1")", R"({"ok":true})"},
      {R"("doc_subscribe","ToDo","denied")", R"({"ok":false,"error":"Not permitted"})"},
      {R"("doc_open","ToDo","denied")", R"({"ok":false,"error":"Not permitted"})"},
      {R"("doc_subscribe","ToDo")", R"({"ok":false,"error":"This room cannot be joined"})"},
      {R"("doc_unsubscribe","ToDo","1")", R"({"ok":true})"},
      {R"("task_subscribe","t")", R"({"ok":true})"},
      {R"("task_subscribe")", R"({"ok":false,"error":"This room cannot be joined"})"},
      {R"("open_in_editor",{"file":"x"})", R"({"ok":false,"error":"Not permitted"})"}};
  for (const auto& [arguments, answer] : cases) {
    alice.send_text("42/a,12[" + arguments + "]");
    EXPECT_EQ(alice.frame(), "43/a,12[" + answer + "]") << arguments;
  }
  alice.send_text(R"(42/a,["doc_subscribe","ToDo","denied"])");
  alice.send_text(R"(42/a,0["ping"])");
  EXPECT_EQ(alice.frame(), R"(42/a,["pong"])") << "who did not ask is not told";
  EXPECT_EQ(alice.frame(), R"(43/a,0[{"ok":true}])");
}

TEST_P(RealtimeTest, OpensTheEditorForDevelopersOnly) {
  server::SharedLog locations;
  std::atomic<int> published = 0;
  services_.open_in_editor = [&](std::string location) {
    ++published;
    locations.add(std::move(location));
  };
  start();
  Client guest = join("a", "Guest");
  guest.send_text(R"(42/a,1["open_in_editor",{"file":"guest"}])");
  EXPECT_EQ(guest.frame(), R"(43/a,1[{"ok":false,"error":"Not permitted"}])");
  Client alice = join("a", "alice");
  for (const std::string& arguments :
       {std::string(), std::string(",null"), std::string(R"(,"x")"), std::string(",[1]"),
        R"(,{"file":")" + std::string(kEditorLocationBytesMax, 'x') + R"("})"}) {
    alice.send_text(R"(42/a,1["open_in_editor")" + arguments + "]");
    EXPECT_EQ(alice.frame(), R"(43/a,1[{"ok":false,"error":"Not permitted"}])");
  }
  alice.send_text(R"(42/a,["open_in_editor",{"file":"a.py", "line":3,"column":"1"}])");
  EXPECT_TRUE(locations.wait_for(R"({"file":"a.py","line":3,"column":"1"})"));
  EXPECT_EQ(published, 1);
}

TEST_P(RealtimeTest, StopsWhileQuestionsAreOpen) {
  start();
  Client alice = join("a", "alice");
  alice.send_text(R"(42/a,["doc_subscribe","ToDo","held"])");
  ASSERT_TRUE(backend_->log.wait_for("check ToDo held"));
  Client away = open("a", "away");
  away.send_text("40/a,");
  ASSERT_TRUE(backend_->log.wait_for("identify a away"));
  server_->stop();
  EXPECT_THAT(alice.frame(), StartsWith("close:"));
}

}  // namespace
}  // namespace crema::frappe
