#include "crema/socketio/hub.h"

#include "crema/engineio/session_id.h"
#include "crema/socketio/hub_for_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace crema::socketio {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr auto kLost = engineio::CloseReason::kTransportClose;

class HubTest : public testing::Test {
 protected:
  HubTest() { hub_.set_application(application_); }
  ~HubTest() override {
    clients_.clear();
    hub_.end_turn();
    EXPECT_THAT(host_.open, IsEmpty());
    EXPECT_TRUE(hub_.namespaces().empty());
  }

  // A client with one socket.
  Socket& join(const std::string& nsp) {
    clients_.push_back(std::make_unique<FakeClient>(hub_, time_, engine_config_));
    clients_.back()->send("0" + nsp + ",");
    (void)clients_.back()->received();
    return *application_.sockets.back();
  }
  std::vector<std::string> received(size_t client) { return clients_.at(client)->received(); }
  size_t broadcast(std::vector<std::string> rooms, const std::string& nsp = "/a") {
    return hub_.deliver(make_broadcast(nsp, std::move(rooms), "e", "1"));
  }

  Config config_;
  engineio::Config engine_config_;
  engineio::RecordingHost time_;
  RecordingHubHost host_{time_};
  Hub hub_{config_, host_};
  FakeApplication application_{hub_};
  std::vector<std::unique_ptr<FakeClient>> clients_;
};

TEST_F(HubTest, FindsASocketOfANamespace) {
  Socket& socket = join("/a");
  EXPECT_EQ(hub_.find("/a", socket.id()), &socket);
  EXPECT_EQ(hub_.find("/b", socket.id()), nullptr);
  EXPECT_EQ(hub_.find("/a", "x"), nullptr);
  EXPECT_EQ(engineio::shard_of(socket.id()), host_.shard());
  const std::string id = socket.id();
  socket.disconnect();
  EXPECT_EQ(hub_.find("/a", id), nullptr);
}

TEST_F(HubTest, OpensANamespaceForItsFirstSocketAndRemovesItAfterItsLast) {
  Socket& one = join("/a");
  Socket& two = join("/a");
  EXPECT_THAT(host_.open, ElementsAre("/a"));
  one.disconnect();
  hub_.end_turn();
  EXPECT_THAT(host_.open, ElementsAre("/a"));
  two.disconnect();
  EXPECT_NE(hub_.find_namespace("/a"), nullptr) << "it stays while the turn may name it";
  hub_.end_turn();
  EXPECT_THAT(host_.open, IsEmpty());
  EXPECT_EQ(hub_.find_namespace("/a"), nullptr);
}

TEST_F(HubTest, KeepsANamespaceThatIsJoinedAgainInTheSameTurn) {
  join("/a").disconnect();
  join("/a");
  hub_.end_turn();
  EXPECT_THAT(host_.open, ElementsAre("/a"));
}

TEST_F(HubTest, OpensARoomForItsFirstMemberAndRemovesItAfterItsLast) {
  Socket& one = join("/a");
  Socket& two = join("/a");
  EXPECT_TRUE(one.join("r"));
  EXPECT_TRUE(one.join("r"));
  EXPECT_TRUE(two.join("r"));
  EXPECT_EQ(one.rooms().size(), 1U);
  EXPECT_THAT(host_.open, ElementsAre("/a", "/a r"));
  one.leave("r");
  one.leave("r");
  EXPECT_TRUE(two.in("r"));
  EXPECT_FALSE(one.in("r"));
  EXPECT_THAT(host_.open, ElementsAre("/a", "/a r"));
  two.disconnect();
  EXPECT_THAT(host_.open, ElementsAre("/a"));
}

TEST_F(HubTest, KeepsTheRoomsOfNamespacesApart) {
  join("/a").join("r");
  join("/b").join("r");
  EXPECT_EQ(broadcast({"r"}), 1U);
  EXPECT_EQ(received(0).size(), 1U);
  EXPECT_THAT(received(1), IsEmpty());
}

TEST_F(HubTest, KeepsBothSidesOfAMembershipInStep) {
  std::vector<Socket*> sockets;
  for (int i = 0; i < 8; ++i) sockets.push_back(&join("/a"));
  for (int room = 0; room < 8; ++room) {
    for (int i = 0; i < 8; ++i) {
      if ((i + room) % 3 != 0) sockets[static_cast<size_t>(i)]->join(std::to_string(room));
    }
  }
  for (int step = 0; step < 64; ++step) {
    Socket& socket = *sockets[static_cast<size_t>(step * 5 % 8)];
    const std::string room = std::to_string(step * 3 % 8);
    step % 3 == 0 ? void(socket.join(room)) : socket.leave(room);
    const Namespace& nsp = *hub_.find_namespace("/a");
    size_t members = 0;
    for (Socket* each : sockets) {
      for (uint32_t slot = 0; slot < each->rooms().size(); ++slot) {
        const Membership& membership = each->rooms()[slot];
        ASSERT_EQ(membership.room->members.at(membership.index).socket, each);
        ASSERT_EQ(membership.room->members.at(membership.index).slot, slot);
        ASSERT_EQ(nsp.find_room(membership.room->name), membership.room);
        ++members;
      }
    }
    size_t held = 0;
    for (int r = 0; r < 8; ++r) {
      const Room* found = nsp.find_room(std::to_string(r));
      if (found) held += found->members.size();
    }
    ASSERT_EQ(held, members);
  }
}

TEST_F(HubTest, BoundsTheRoomsOfASocket) {
  config_.rooms_per_socket_max = 3;
  config_.room_name_bytes_max = 4;
  Socket& socket = join("/a");
  EXPECT_FALSE(socket.join("12345"));
  for (const char* room : {"1", "2", "1234"}) EXPECT_TRUE(socket.join(room));
  EXPECT_FALSE(socket.join("4"));
  EXPECT_TRUE(socket.join("1")) << "it is in it already";
  socket.leave("1");
  EXPECT_TRUE(socket.join("4"));
}

TEST_F(HubTest, BroadcastsToARoom) {
  join("/a").join("r");
  join("/a");
  join("/a").join("r");
  EXPECT_EQ(broadcast({"r"}), 2U);
  EXPECT_THAT(received(0), ElementsAre(R"(2/a,["e",1])"));
  EXPECT_THAT(received(1), IsEmpty());
  EXPECT_THAT(received(2), ElementsAre(R"(2/a,["e",1])"));
  EXPECT_EQ(broadcast({"nobody"}), 0U);
  EXPECT_EQ(broadcast({"r"}, "/other"), 0U);
}

TEST_F(HubTest, BroadcastsToSeveralRoomsOnceEach) {
  Socket& both = join("/a");
  both.join("r");
  both.join("s");
  join("/a").join("s");
  EXPECT_EQ(broadcast({"r", "s", both.id(), "r"}), 2U);
  EXPECT_EQ(received(0).size(), 1U);
  EXPECT_EQ(received(1).size(), 1U);
  EXPECT_EQ(broadcast({"r", "s"}), 2U) << "the next broadcast reaches them again";
}

TEST_F(HubTest, ReachesEachOfManySocketsOnce) {
  for (size_t members = 1; members <= 40; ++members) {
    join("/a").join("r");
    EXPECT_EQ(broadcast({"r"}), members);
    for (size_t i = 0; i < members; ++i)
      EXPECT_EQ(received(i).size(), 1U) << i << " of " << members;
  }
}

TEST_F(HubTest, PassesByThoseWhoLeaveWhileOthersAreReached) {
  std::vector<Socket*> sockets;
  for (int i = 0; i < 40; ++i) sockets.push_back(&join("/a"));
  application_.when_disconnecting = [&](Socket& socket) {
    if (&socket != sockets[0]) return;
    for (const size_t other : {2U, 13U, 25U, 38U}) clients_[other]->session.fail(kLost);
  };
  hub_.disconnect({.nsp = "/a", .rooms = {}}, Disconnect::kNamespace);
  for (size_t i = 0; i < sockets.size(); ++i) {
    const bool left = i == 2 || i == 13 || i == 25 || i == 38;
    EXPECT_EQ(clients_[i]->open(), !left) << i;
    if (left) continue;
    EXPECT_THAT(received(i), ElementsAre("1/a,")) << i;
  }
}

TEST_F(HubTest, LeavesOutWhatIsExcepted) {
  Socket& first = join("/a");
  join("/a").join("r");
  Socket& third = join("/a");
  third.join("r");
  third.join("s");
  const auto to = [this](std::vector<std::string> rooms, std::vector<std::string> except) {
    Selection selection{.nsp = "/a", .rooms = std::move(rooms), .except = std::move(except)};
    return hub_.deliver(make_broadcast(std::move(selection), "e", "1", nullptr));
  };
  EXPECT_EQ(to({}, {first.id()}), 2U);
  EXPECT_EQ(to({}, {"r"}), 1U);
  EXPECT_EQ(to({"r"}, {"s"}), 1U);
  EXPECT_EQ(to({"r", first.id()}, {"s", "nobody"}), 2U);
  EXPECT_EQ(to({"s"}, {third.id()}), 0U);
  EXPECT_EQ(received(0).size(), 2U);
  EXPECT_EQ(received(1).size(), 3U);
  EXPECT_EQ(received(2).size(), 1U);
}

TEST_F(HubTest, JoinsLeavesAndDisconnectsManySockets) {
  Socket& first = join("/a");
  Socket& second = join("/a");
  const std::vector<std::string> rooms = {"r", "s"};
  hub_.join({.nsp = "/a", .except = {first.id()}}, rooms);
  hub_.join({.nsp = "/none"}, rooms);
  EXPECT_FALSE(first.in("r"));
  EXPECT_TRUE(second.in("r") && second.in("s"));
  hub_.leave({.nsp = "/a", .rooms = {"r"}}, std::vector<std::string>{"s"});
  EXPECT_FALSE(second.in("s"));
  std::vector<SocketInfo> found = hub_.fetch({.nsp = "/a", .rooms = {"r"}});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_THAT(found[0].rooms, ElementsAre(second.id(), "r"));
  EXPECT_EQ(hub_.fetch({.nsp = "/a"}).size(), 2U);
  hub_.disconnect({.nsp = "/a"}, Disconnect::kNamespace);
  EXPECT_THAT(hub_.fetch({.nsp = "/a"}), IsEmpty());
  EXPECT_EQ(received(0).back(), "1/a,");
}

TEST_F(HubTest, DisconnectsSocketsOfOneConnectionThatAreSelectedTogether) {
  join("/a");
  clients_[0]->send("0/b");
  application_.when_disconnected = [this](Socket&) {
    hub_.disconnect({.nsp = "/b"}, Disconnect::kConnection);
  };
  hub_.disconnect({.nsp = "/a"}, Disconnect::kConnection);
  EXPECT_THAT(application_.sockets, IsEmpty());
  EXPECT_FALSE(clients_[0]->open());
}

TEST_F(HubTest, BroadcastsToASocketByItsId) {
  Socket& socket = join("/a");
  join("/a");
  EXPECT_EQ(broadcast({socket.id()}), 1U);
  EXPECT_EQ(received(0).size(), 1U);
  EXPECT_THAT(received(1), IsEmpty());
}

TEST_F(HubTest, BroadcastsToAWholeNamespace) {
  join("/a");
  join("/a");
  join("/b");
  EXPECT_EQ(broadcast({}), 2U);
  EXPECT_THAT(received(2), IsEmpty());
}

TEST_F(HubTest, BroadcastsEverywhereButToTheRoot) {
  join("/a");
  join("/b");
  join("/");
  EXPECT_EQ(hub_.deliver(make_broadcast_everywhere("e", "1")), 2U);
  EXPECT_THAT(received(0), ElementsAre(R"(2/a,["e",1])"));
  EXPECT_THAT(received(1), ElementsAre(R"(2/b,["e",1])"));
  EXPECT_THAT(received(2), IsEmpty());
}

TEST_F(HubTest, DoesNotCountASocketWhoseSessionIsClosing) {
  join("/a").join("r");
  clients_[0]->session.close(engineio::CloseReason::kForcedClose);
  EXPECT_EQ(broadcast({"r"}), 0U);
  EXPECT_EQ(broadcast({}), 0U);
}

TEST_F(HubTest, LetsSocketsLeaveInAHandlerThatBroadcasts) {
  for (int i = 0; i < 4; ++i) join("/a").join("r");
  application_.when_event = [&](Socket& socket, const Event&) {
    EXPECT_EQ(broadcast({"r"}), 4U);
    application_.sockets.at(1)->disconnect();
    socket.disconnect();
    EXPECT_EQ(broadcast({"r"}), 2U);
    hub_.find_namespace("/a")->sockets().front()->leave("r");
    EXPECT_EQ(broadcast({"r"}), 1U);
  };
  clients_[0]->send(R"(2/a,["go"])");
  EXPECT_EQ(received(0).size(), 2U) << "the broadcast, then the disconnection";
  EXPECT_EQ(application_.sockets.size(), 2U);
}

TEST_F(HubTest, LetsAHandlerOfADisconnectionBroadcast) {
  join("/a").join("r");
  join("/a").join("r");
  application_.when_disconnected = [&](Socket& socket) {
    EXPECT_THAT(socket.rooms(), IsEmpty()) << "rooms are left already";
    broadcast({"r"});
  };
  clients_[0]->session.fail(engineio::CloseReason::kTransportClose);
  EXPECT_EQ(received(1).size(), 1U);
  application_.when_disconnected = nullptr;
}

TEST_F(HubTest, KeepsASocketThatLeftUntilTheTurnEnds) {
  Socket& socket = join("/a");
  socket.disconnect();
  EXPECT_FALSE(socket.connected());
  EXPECT_EQ(socket.nsp().name(), "/a");
}

}  // namespace
}  // namespace crema::socketio
