// What belongs to a socket's own thread, touched from another.
#include "crema/library/library_for_test.h"

#include <future>
#include <string>

namespace crema {
namespace {

using ThreadRulesTest = LibraryTest;

INSTANTIATE_TEST_SUITE_P(Threads, ThreadRulesTest, testing::Values(1U, 3U));

TEST_P(ThreadRulesTest, DataOfASocketOnAnotherThreadEndsABuildWithAssertions) {
#ifdef NDEBUG
  GTEST_SKIP() << "a build without assertions";
#endif
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  std::promise<Socket> connected;
  io_.on("connection", [&connected](Socket socket) {
    socket.data<int>() = 7;
    connected.set_value(socket);
  });
  start();
  auto client = connect();
  const Socket socket = connected.get_future().get();
  EXPECT_DEATH((void)socket.data<int>(), "is_on_the_sockets_own_thread");
}

TEST_P(ThreadRulesTest, OnItsOwnThreadAndWhenNothingRunsItIsThere) {
  std::promise<Socket> connected;
  io_.on("connection", [&connected](Socket socket) {
    socket.data<int>() = 7;
    connected.set_value(socket);
  });
  io_.on("data", [](Socket socket) { return socket.data<int>(); });
  start();
  {
    auto client = connect();
    client.send_text(R"(421["data"])");
    EXPECT_EQ(client.frame(), "431[7]");
  }
  const Socket socket = connected.get_future().get();
  EXPECT_TRUE(socket.rooms().empty()) << "elsewhere there is nothing to see";
  EXPECT_EQ(socket.transport(), "");
}

}  // namespace
}  // namespace crema
