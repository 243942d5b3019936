// Behaviours of the original's tests that need a look at the wire (tests/socketio_cases.tsv).
#include "crema/library/library_for_test.h"
#include "crema/library/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace crema {
namespace {

using testing::StartsWith;

class CasesTest : public LibraryTest {};
INSTANTIATE_TEST_SUITE_P(Threads, CasesTest, testing::Values(1U, 3U));

Options with_clean_up() {
  Options options;
  options.cleanup_empty_child_namespaces = true;
  return options;
}
class CleanUpTest : public LibraryTest {
 protected:
  CleanUpTest() : LibraryTest(with_clean_up()) {}
};
INSTANTIATE_TEST_SUITE_P(Threads, CleanUpTest, testing::Values(1U, 3U));

TEST_P(CasesTest, KeepAChildThatWasEmptied) {
  std::atomic<int> made = 0;
  io_.on_new_namespace([&made](Namespace) { ++made; });
  io_.of_pattern("/c").use([](Socket socket, Next next) {
    socket.handshake().auth.text == "{}" ? next() : next(Error{"no"});
  });
  start();
  server::ClientForTest client = open();
  for (int i = 0; i < 2; ++i) {
    client.send_text(R"(40/c,{"a":1})");
    EXPECT_EQ(client.frame(), R"(44/c,{"message":"no"})");
    client.send_text("40/c,");
    EXPECT_THAT(client.frame(), StartsWith("40/c,"));
    client.send_text("41/c,");
  }
  EXPECT_EQ(made, 1);
}

TEST_P(CleanUpTest, KeepsAChildThatOthersAreInWhenOneIsRefused) {
  std::atomic<int> made = 0;
  io_.on_new_namespace([&made](Namespace) { ++made; });
  io_.of_pattern("/c").use([](Socket socket, Next next) {
    socket.handshake().auth.text == "{}" ? next() : next(Error{"no"});
  });
  start();
  server::ClientForTest one = connect("/c");
  server::ClientForTest two = open();
  two.send_text(R"(40/c,{"a":1})");
  EXPECT_EQ(two.frame(), R"(44/c,{"message":"no"})");
  two.send_text("40/c,");
  EXPECT_THAT(two.frame(), StartsWith("40/c,"));
  EXPECT_EQ(made, 1);
}

TEST_P(CleanUpTest, KeepsANamespaceThatTheProgramNamed) {
  io_.of("/named");
  start();
  server::ClientForTest client = open();
  for (int i = 0; i < 3; ++i) {
    client.send_text("40/named,");
    EXPECT_THAT(client.frame(), StartsWith("40/named,"));
    client.send_text("41/named,");
  }
}

TEST_P(CasesTest, AttachANamespaceToThePatternThatItMatches) {
  io_.of_pattern("/c\\d").on("who", [](Socket socket) { return socket.nsp(); });
  const Namespace child = io_.of("/c1");
  start();
  server::ClientForTest client = connect("/c1");
  client.send_text(R"(42/c1,1["who"])");
  EXPECT_EQ(client.frame(), R"(43/c1,1["/c1"])");
  EXPECT_EQ(child.size(), 1U);
}

TEST_P(CasesTest, ServeTheClientUnlessToldNotTo) {
  start();
  server::ClientForTest client(io_.port());
  client.send("GET /socket.io/socket.io.js HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.answer().status, 200U);

  Options options;
  options.serve_client = false;
  Server without(options);
  ASSERT_EQ(without.listen(0, "127.0.0.1"), std::nullopt);
  without.start();
  server::ClientForTest other(without.port());
  other.send("GET /socket.io/socket.io.js HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(other.answer().status, 400U) << "Engine.IO's own answer";
}

TEST_P(CasesTest, HandAClientsSendToMessage) {
  io_.on("message", [](std::string a, int b) { return a + std::to_string(b); });
  start();
  server::ClientForTest client = connect();
  client.send_text(R"(421["message","a",1])");
  EXPECT_EQ(client.frame(), R"(431["a1"])");
}

TEST_P(CasesTest, LeaveTheRoomsOfAMiddlewareThatRefuses) {
  io_.use([](Socket socket, Next next) {
    socket.join("r");
    socket.handshake().auth.text == "{}" ? next() : next(Error{"no"});
  });
  io_.on("count", [this](Ack ack) {
    io_.in("r").fetch_sockets([ack](std::vector<RemoteSocket> all) { ack(all.size()); });
  });
  start();
  server::ClientForTest client = open();
  client.send_text(R"(40{"a":1})");
  EXPECT_THAT(client.frame(), StartsWith("44"));
  client.send_text("40");
  EXPECT_THAT(client.frame(), StartsWith("40"));
  client.send_text(R"(421["count"])");
  EXPECT_EQ(client.frame(), "431[1]");
}

TEST_P(CasesTest, PutAPrependedListenerOfWhatLeavesFirst) {
  io_.on("go", [](Socket socket, Ack ack) {
    const auto order = std::make_shared<std::string>();
    socket.on_any_outgoing([order](const Event&) { *order += "b"; });
    socket.prepend_any_outgoing([order](const Event&) { *order += "a"; });
    socket.emit("x");
    ack(*order);
  });
  start();
  server::ClientForTest client = connect();
  client.send_text(R"(421["go"])");
  EXPECT_EQ(client.frame(), R"(42["x"])");
  EXPECT_EQ(client.frame(), R"(431["ab"])");
}

}  // namespace
}  // namespace crema
