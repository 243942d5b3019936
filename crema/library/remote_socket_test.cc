// Sockets that a fetch has found, on whatever shard they live.
#include "crema/library/remote_socket.h"

#include "crema/library/library_for_test.h"

#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace crema {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::UnorderedElementsAre;

// Refuses to be copied when it is told to.
struct Precious {
  int value = 0;
  bool refuses = false;
  Precious() = default;
  Precious(const Precious& other) : value(other.value), refuses(other.refuses) {
    if (refuses) throw std::runtime_error("not this one");
  }
  Precious& operator=(const Precious&) = default;
};

class RemoteSocketTest : public LibraryTest {
 protected:
  RemoteSocketTest() {
    io_.on("connection", [](Socket socket) {
      socket.data<Precious>().value = 7;
      socket.join({"r", "s"});
    });
    io_.on("refuse copies", [](Socket socket) { return socket.data<Precious>().refuses = true; });
    io_.on("rooms", [](Socket socket) { return socket.rooms().size(); });
  }
  // From this thread, which is no shard's.
  std::vector<RemoteSocket> fetch(const Target& target) {
    std::promise<std::vector<RemoteSocket>> found;
    target.fetch_sockets(
        [&found](std::vector<RemoteSocket> all) { found.set_value(std::move(all)); });
    return found.get_future().get();
  }
  // One per client, on every shard.
  void open_all() {
    start();
    for (int i = 0; i < 3; ++i) {
      clients_.push_back(connect());
      ask(clients_.back(), "rooms");
      EXPECT_EQ(clients_.back().frame(), "431[3]");
    }
  }
  static void ask(server::ClientForTest& client, const std::string& event) {
    client.send_text("421[\"" + event + "\"]");
  }

  std::vector<server::ClientForTest> clients_;
};

INSTANTIATE_TEST_SUITE_P(Threads, RemoteSocketTest, testing::Values(1U, 3U));

TEST_P(RemoteSocketTest, ShowsWhatTheSocketWasWhenItWasFound) {
  open_all();
  const std::vector<RemoteSocket> found = fetch(io_.sockets().all());
  ASSERT_EQ(found.size(), 3U);
  for (const RemoteSocket& each : found) {
    EXPECT_EQ(each.id().size(), 20U);
    EXPECT_THAT(each.rooms(), ElementsAre(each.id(), "r", "s"));
    EXPECT_EQ(each.handshake().header("x-test"), "a");
    ASSERT_NE(each.data<Precious>(), nullptr);
    EXPECT_EQ(each.data<Precious>()->value, 7);
    EXPECT_EQ(each.data<std::string>(), nullptr) << "of another type";
  }
}

TEST_P(RemoteSocketTest, DataThatCannotBeCopiedIsLeftOut) {
  open_all();
  ask(clients_[0], "refuse copies");
  EXPECT_EQ(clients_[0].frame(), "431[true]");
  size_t without = 0;
  for (const RemoteSocket& each : fetch(io_.in("r"))) without += !each.data<Precious>();
  EXPECT_EQ(without, 1U);
}

TEST_P(RemoteSocketTest, IsSentToAndAnswersWithOneValue) {
  open_all();
  const std::vector<RemoteSocket> found = fetch(io_.sockets().all());
  for (const RemoteSocket& each : found) each.emit("for you", each.id(), Bytes{"b"});
  for (auto& client : clients_) {
    EXPECT_THAT(client.frame(), testing::StartsWith(R"(451-["for you",")"));
    EXPECT_EQ(client.frame(), "b");
  }
  std::promise<std::string> answer;
  found[0].emit("name?", [&answer](const AckResult& result) {
    EXPECT_EQ(result.size(), 1U);
    answer.set_value(result.get<std::string>().value_or(std::string(result.error())));
  });
  found[0].emit("end");
  found[1].emit("end");
  found[2].emit("end");
  for (auto& client : clients_) {
    std::string frame = client.frame();
    if (!frame.ends_with(R"(["name?"])")) continue;
    client.send_text("43" + frame.substr(2, frame.find('[') - 2) + R"(["Ann","more"])");
    EXPECT_EQ(client.frame(), R"(42["end"])");
  }
  EXPECT_EQ(answer.get_future().get(), "Ann");
}

TEST_P(RemoteSocketTest, AnAnswerThatDoesNotComeTimesOutAndOneWhoLeftSaysSo) {
  open_all();
  const std::vector<RemoteSocket> found = fetch(io_.sockets().all());
  const auto ask_it = [](const RemoteSocket& socket) {
    std::promise<std::string> error;
    socket.timeout(std::chrono::milliseconds(20)).emit("name?", [&error](const AckResult& result) {
      EXPECT_EQ(result.size(), 0U);
      error.set_value(std::string(result.error()));
    });
    return error.get_future().get();
  };
  EXPECT_EQ(ask_it(found[0]), "operation has timed out");
  found[1].disconnect();
  while (io_.sockets().size() == 3) std::this_thread::yield();
  EXPECT_EQ(ask_it(found[1]), "socket has been disconnected");
  found[1].emit("nobody hears it");
}

TEST_P(RemoteSocketTest, JoinsAndLeavesRooms) {
  open_all();
  const std::vector<RemoteSocket> found = fetch(io_.sockets().all());
  found[0].join({"x", "y"});
  found[1].join("x");
  found[0].leave("y");
  std::vector<std::string> ids;
  for (const RemoteSocket& each : fetch(io_.in("x"))) ids.push_back(each.id());
  EXPECT_THAT(ids, UnorderedElementsAre(found[0].id(), found[1].id()));
  EXPECT_TRUE(fetch(io_.in("y")).empty());
}

TEST_P(RemoteSocketTest, IsDisconnectedOrClosed) {
  open_all();
  const std::vector<RemoteSocket> found = fetch(io_.sockets().all());
  found[0].disconnect();
  found[1].close();
  size_t closed = 0;
  size_t left = 0;
  found[2].emit("stays");
  for (auto& client : clients_) {
    const std::string frame = client.frame();
    if (frame == R"(42["stays"])") continue;
    EXPECT_EQ(frame, "41");
    ++left;
    client.send_text("40");  // A client that was disconnected may connect again.
    const std::string next = client.frame();
    closed += next == "close:" || next == "end";
  }
  EXPECT_EQ(left, 2U);
  EXPECT_EQ(closed, 1U);
}

TEST_P(RemoteSocketTest, ThrowsForAReservedName) {
  open_all();
  const std::vector<RemoteSocket> found = fetch(io_.in("r").except("nobody"));
  EXPECT_THROW(found[0].emit("connect"), std::logic_error);
  EXPECT_THROW(found[0].emit("disconnect", [](const AckResult&) {}), std::logic_error);
}

}  // namespace
}  // namespace crema
