// What a namespace tells of its rooms, over all shards.
#include "crema/library/room_events.h"

#include "crema/library/library_for_test.h"

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace crema {
namespace {

using testing::ElementsAre;

// What was told, by whatever thread.
class Notes {
 public:
  void add(std::string line) {
    const std::lock_guard lock(mutex_);
    lines_.push_back(std::move(line));
    changed_.notify_all();
  }
  // Those so far, once there are so many.
  std::vector<std::string> wait_for(size_t count) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(
        changed_.wait_for(lock, std::chrono::seconds(10), [&] { return lines_.size() >= count; }));
    return lines_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> lines_;
};

class RoomEventsTest : public LibraryTest {
 protected:
  // Ids differ every time: they read `id`.
  void listen(const Namespace& nsp) const {
    const auto note = [notes = notes_](const char* what) {
      return [notes, what](const std::string& room, const std::string& id) {
        const std::string name = room.size() == 20 ? "id" : room;
        notes->add(std::string(what) + " " + name + (id.empty() ? "" : " id"));
      };
    };
    nsp.on_create_room([tell = note("create")](const std::string& room) { tell(room, {}); });
    nsp.on_join_room(note("join"));
    nsp.on_leave_room(note("leave"));
    nsp.on_delete_room([tell = note("delete")](const std::string& room) { tell(room, {}); });
  }
  void serve_rooms() {
    io_.on("join", [](Socket socket, std::string room) { return socket.join(room); });
    io_.on("leave", [](Socket socket, std::string room) { return socket.leave(room); });
  }
  static void ask(server::ClientForTest& client, const std::string& event) {
    client.send_text("421" + event);
    EXPECT_EQ(client.frame(), "431[true]");
  }

  std::shared_ptr<Notes> notes_ = std::make_shared<Notes>();  // Outlived by the server.
};

INSTANTIATE_TEST_SUITE_P(Threads, RoomEventsTest, testing::Values(1U, 3U));

TEST_P(RoomEventsTest, ARoomIsCreatedByItsFirstMemberAndDeletedAfterItsLastOnWhateverShards) {
  serve_rooms();
  listen(io_.sockets());
  start();
  server::ClientForTest one = connect();
  EXPECT_THAT(notes_->wait_for(2), ElementsAre("create id", "join id id"));
  server::ClientForTest two = connect();
  notes_->wait_for(4);
  ask(one, R"(["join","r"])");
  ask(one, R"(["join","r"])");
  ask(two, R"(["join","r"])");
  ask(one, R"(["leave","r"])");
  ask(one, R"(["leave","r"])");
  std::vector<std::string> told = notes_->wait_for(8);
  told.erase(told.begin(), told.begin() + 4);
  EXPECT_THAT(told, ElementsAre("create r", "join r id", "join r id", "leave r id"));
  two.reset();
  told = notes_->wait_for(12);
  told.erase(told.begin(), told.begin() + 8);
  EXPECT_THAT(told, ElementsAre("leave id id", "delete id", "leave r id", "delete r"));
}

TEST_P(RoomEventsTest, RoomsJoinedInAMiddlewareOrByABroadcastAreTold) {
  io_.use([](Socket socket, Next next) {
    socket.join("early");
    next();
  });
  listen(io_.sockets());
  start();
  server::ClientForTest one = connect();
  notes_->wait_for(4);
  io_.sockets_join({"a", "b"});
  io_.sockets_leave("a");
  EXPECT_THAT(notes_->wait_for(10),
              ElementsAre("create id", "join id id", "create early", "join early id", "create a",
                          "join a id", "create b", "join b id", "leave a id", "delete a"));
}

TEST_P(RoomEventsTest, AListenerMayMoveSocketsAndIsNeverCalledWithinItself) {
  bool inside = false;
  const Namespace nsp = io_.sockets();
  nsp.on_create_room([&](const std::string& room) {
    EXPECT_FALSE(std::exchange(inside, true));
    if (room == "one") io_.sockets_join("two");
    notes_->add(room.size() == 20 ? "id" : room);
    inside = false;
  });
  nsp.on_join_room([](const std::string&, const std::string&) { throw std::runtime_error("no"); });
  serve_rooms();
  start();
  server::ClientForTest client = connect();
  ask(client, R"(["join","one"])");
  EXPECT_THAT(notes_->wait_for(3), ElementsAre("id", "one", "two"));
}

TEST_P(RoomEventsTest, AChildOfAPatternIsListenedToWhenItIsMade) {
  io_.on_new_namespace([this](Namespace nsp) { listen(nsp); });
  io_.of_pattern("/c\\d");
  start();
  server::ClientForTest client = connect("/c1");
  EXPECT_THAT(notes_->wait_for(2), ElementsAre("create id", "join id id"));
}

TEST_P(RoomEventsTest, ListeningTooLateOrToManyNamespacesIsMisuse) {
  start();
  server::ClientForTest client = connect();
  while (io_.sockets().size() == 0) std::this_thread::yield();
  const auto fn = [](const std::string&) {};
  EXPECT_THROW(io_.sockets().on_create_room(fn), std::logic_error);
  EXPECT_THROW(io_.of_pattern("/x").on_delete_room(fn), std::logic_error);
}

// Threads that join and leave at once: who is told keeps a table that is right at every moment.
TEST(RoomEvents, AreToldOneAtATimeInTheOrderInWhichTheyHappened) {
  library::RoomEvents events;
  std::map<std::string, std::set<std::string>> rooms;
  bool inside = false;
  const auto guard = [&](const auto& fn) {
    return [&inside, fn](const std::string& room, const std::string& id) {
      EXPECT_FALSE(std::exchange(inside, true));
      fn(room, id);
      inside = false;
    };
  };
  using Kind = library::RoomEvents::Kind;
  events.listen(Kind::kCreate, guard([&rooms](const std::string& room, const std::string&) {
                  EXPECT_TRUE(rooms.emplace(room, std::set<std::string>()).second);
                }));
  events.listen(Kind::kJoin, guard([&rooms](const std::string& room, const std::string& id) {
                  EXPECT_TRUE(rooms.at(room).insert(id).second);
                }));
  events.listen(Kind::kLeave, guard([&rooms](const std::string& room, const std::string& id) {
                  EXPECT_EQ(rooms.at(room).erase(id), 1U);
                }));
  events.listen(Kind::kDelete, guard([&rooms](const std::string& room, const std::string&) {
                  EXPECT_TRUE(rooms.at(room).empty());
                  rooms.erase(room);
                }));
  std::vector<std::thread> threads;
  for (const char* id : {"a", "b", "c"}) {
    threads.emplace_back([&events, id] {
      for (int i = 0; i < 500; ++i) {
        events.joined({"r", "s"}, id);
        events.left({"s", "r"}, id);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(rooms.empty());
  events.left({"r"}, "nobody");
  EXPECT_TRUE(rooms.empty());
}

}  // namespace
}  // namespace crema
