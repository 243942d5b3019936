// The connection below a socket, as the program sees it.
#include "crema/library/conn.h"

#include "crema/library/library_for_test.h"

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace crema {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

Options with_quick_pings() {
  Options options;
  options.ping_interval = std::chrono::milliseconds(50);
  return options;
}

class ConnTest : public LibraryTest {
 protected:
  static std::string polling(const std::string& sid) {
    return "/socket.io/?EIO=4&transport=polling" + (sid.empty() ? "" : "&sid=" + sid);
  }
  static std::string post(const std::string& sid, const std::string& body) {
    return "POST " + polling(sid) +
           " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           body;
  }
  static std::string get(const std::string& sid) {
    return "GET " + polling(sid) + " HTTP/1.1\r\nHost: x\r\n\r\n";
  }
};
class QuickConnTest : public LibraryTest {
 protected:
  QuickConnTest() : LibraryTest(with_quick_pings()) {}
};

INSTANTIATE_TEST_SUITE_P(Threads, ConnTest, testing::Values(1U, 3U));
INSTANTIATE_TEST_SUITE_P(Threads, QuickConnTest, testing::Values(1U));

TEST_P(ConnTest, ShowsTheEngineSession) {
  io_.on("conn", [](Socket socket) {
    const Conn conn = socket.conn();
    return std::vector{conn.id(), conn.transport(), conn.ready_state(), conn.remote_address(),
                       std::to_string(Conn::protocol())};
  });
  std::promise<Socket> connected;
  io_.on("connection", [&connected](Socket socket) { connected.set_value(socket); });
  start();
  server::ClientForTest client = connect();
  client.send_text(R"(421["conn"])");
  EXPECT_THAT(client.frame(), HasSubstr(R"(","websocket","open","127.0.0.1","4"]])"));
  const Socket socket = connected.get_future().get();
  EXPECT_EQ(socket.conn().id(), "") << "elsewhere than in its handlers";
  EXPECT_EQ(socket.conn().ready_state(), "");
}

TEST_P(ConnTest, TellsOfPacketsBothWaysAndOfTheEnd) {
  const auto seen = std::make_shared<std::vector<std::string>>();
  std::promise<std::vector<std::string>> closed;
  io_.on("connection", [&](Socket socket) {
    const auto note = [seen](const char* way) {
      return [seen, way](const EnginePacket& packet) {
        seen->push_back(way + packet.type + " " + packet.data + (packet.is_binary ? " bin" : ""));
      };
    };
    socket.conn().on_packet(note("in "));
    socket.conn().on_packet_create(note("out "));
    socket.conn().on_close([seen, &closed](const std::string& reason) {
      seen->push_back("closed: " + reason);
      closed.set_value(*seen);
    });
    socket.on("bytes", [socket](Bytes bytes) { socket.emit("back", bytes); });
  });
  start();
  server::ClientForTest client = connect();
  client.send_text(R"(451-["bytes",{"_placeholder":true,"num":0}])");
  client.send(websocket::client_frame(websocket::Opcode::kBinary, "x", 7));
  EXPECT_THAT(client.frame(), StartsWith("451-"));
  EXPECT_EQ(client.frame(), "x");
  client.send_text("1");
  EXPECT_THAT(
      closed.get_future().get(),
      ElementsAre(R"(in message 51-["bytes",{"_placeholder":true,"num":0}])", "in message x bin",
                  R"(out message 51-["back",{"_placeholder":true,"num":0}])", "out message x bin",
                  "in close ", "closed: transport close"));
}

TEST_P(ConnTest, TellsWhenAnUpgradeIsTriedAndDoneAndWhatWaitedHasLeft) {
  std::promise<std::string> upgraded;
  const auto tried = std::make_shared<std::atomic<bool>>(false);
  const auto drained = std::make_shared<std::atomic<int>>(0);
  io_.on("connection", [&upgraded, tried, drained](Socket socket) {
    socket.conn().on_upgrading([tried] { *tried = true; });
    socket.conn().on_drain([drained] { ++*drained; });
    socket.conn().on_upgrade([&upgraded, socket](const std::string& transport) {
      upgraded.set_value(transport + " " + socket.transport());
    });
  });
  io_.on("ask", [] { return 1; });
  start();
  server::ClientForTest client(io_.port());
  client.send(get(""));
  const std::string sid = client.answer().body.substr(9, 20);
  client.send(post(sid, "40") + get(sid));
  EXPECT_EQ(client.answer().body, "ok");
  EXPECT_THAT(client.answer().body, StartsWith("40"));
  client.send(post(sid, R"(421["ask"])") + get(sid));
  EXPECT_EQ(client.answer().body, "ok");
  EXPECT_EQ(client.answer().body, "431[1]");
  server::ClientForTest ws(io_.port());
  ws.send("GET /socket.io/?EIO=4&transport=websocket&sid=" + sid +
          " HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
          "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  EXPECT_EQ(ws.answer().status, 101U);
  ws.send_text("2probe");
  EXPECT_EQ(ws.frame(), "3probe");
  ws.send_text("5");
  EXPECT_EQ(upgraded.get_future().get(), "websocket websocket");
  EXPECT_TRUE(*tried);
  EXPECT_GE(*drained, 1);
}

TEST_P(ConnTest, SaysWhatIsKnownOfAnEnd) {
  std::vector<std::promise<std::vector<std::string>>> ended(3);
  std::atomic<size_t> count = 0;
  io_.on("disconnect", [&](std::string reason, std::optional<std::string> details) {
    ended[count++].set_value({reason, details.value_or("none")});
  });
  start();
  const auto end = [&](const std::string& packet) {
    const size_t which = count;
    server::ClientForTest client = connect();
    client.send_text(packet);
    return ended[which].get_future().get();
  };
  EXPECT_THAT(end("2"), ElementsAre("transport error", "invalid heartbeat direction"));
  EXPECT_THAT(end("4\xff"), ElementsAre("transport error", "invalid UTF-8 sequence"));
  EXPECT_THAT(end("41"), ElementsAre("client namespace disconnect", "none"));
}

TEST_P(ConnTest, AListenerMayEndItsConnection) {
  std::promise<std::string> closed;
  io_.on("connection", [&closed](Socket socket) {
    socket.conn().on_packet([socket](const EnginePacket& packet) {
      if (packet.data == R"(2["end"])") socket.close();
    });
    socket.conn().on_packet([](const EnginePacket&) { throw std::runtime_error("not this one"); });
    socket.conn().on_close([&closed](const std::string& reason) { closed.set_value(reason); });
  });
  start();
  server::ClientForTest client = connect();
  client.send_text(R"(42["end"])");
  EXPECT_EQ(client.frame(), "41");
  EXPECT_EQ(client.frame(), "close:");
  EXPECT_EQ(closed.get_future().get(), "forced close");
}

TEST_P(QuickConnTest, TellsOfHeartbeats) {
  const auto answered = std::make_shared<std::atomic<int>>(0);
  io_.on("connection",
         [answered](Socket socket) { socket.conn().on_heartbeat([answered] { ++*answered; }); });
  start();
  server::ClientForTest client = connect();
  EXPECT_EQ(client.frame(), "2");
  EXPECT_EQ(*answered, 0);
  client.send_text("3");
  while (*answered == 0) std::this_thread::yield();
}

TEST_P(ConnTest, ClientsAreCountedOverAllShards) {
  EXPECT_EQ(io_.clients_count(), 0U);
  start();
  server::ClientForTest one = connect();
  server::ClientForTest two = open();
  EXPECT_EQ(io_.clients_count(), 2U) << "one of them is in no namespace";
  one.send_text("1");
  while (io_.clients_count() != 1) std::this_thread::yield();
  EXPECT_EQ(io_.sockets().size(), 0U);
}

}  // namespace
}  // namespace crema
