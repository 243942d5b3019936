// Sessions that come back, over real connections: to whichever shard the connection lands on.
#include "crema/library/library_for_test.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace crema {
namespace {

Options with_recovery() {
  Options options;
  options.connection_state_recovery.emplace();
  return options;
}

// What the official client keeps of its session, and what it has heard.
struct Session {
  std::string pid;
  std::string sid;
  std::string offset;
  std::vector<int> numbers;
  int begun = 0;  // Sessions that were new.
};

class LibraryRecoveryTest : public LibraryTest {
 protected:
  explicit LibraryRecoveryTest(const Options& options = with_recovery()) : LibraryTest(options) {
    io_.on("connection", [this](Socket socket) {
      if (!socket.recovered()) socket.join("r");
      // Asks, so that it is not kept.
      socket.emit("here", [](const AckResult&) {});
      const std::lock_guard lock(mutex_);
      threads_[socket.id()].insert(std::this_thread::get_id());
    });
  }

  // Connects and reads to the end of the greeting. `more`: of its auth, with a comma behind it.
  server::ClientForTest come_back(Session& session, const std::string& more = "") {
    server::ClientForTest client = open();
    std::string auth = "{" + more + R"("n":1})";
    if (!session.pid.empty()) {
      auth = "{" + more + R"("pid":")" + session.pid + R"(","offset":")" + session.offset + R"("})";
    }
    client.send_text("40" + auth);
    while (true) {
      const std::string frame = client.frame();
      EXPECT_NE(frame, "end") << "no answer to its CONNECT";
      if (frame == "end") return client;
      if (!frame.starts_with("40")) {
        hear(session, frame);
        continue;
      }
      const std::string pid = value(frame, "pid");
      session.begun += pid != session.pid;
      session.pid = pid;
      session.sid = value(frame, "sid");
      return client;
    }
  }
  static std::string value(const std::string& json, const std::string& name) {
    const size_t at = json.find("\"" + name + "\":\"") + name.size() + 4;
    return json.substr(at, 20);
  }
  static void hear(Session& session, const std::string& frame) {
    if (!frame.starts_with(R"(42["n",)")) return;
    session.numbers.push_back(std::stoi(frame.substr(7)));
    const size_t end = frame.rfind('"');
    const size_t begin = frame.rfind('"', end - 1);
    session.offset = frame.substr(begin + 1, end - begin - 1);
  }
  // On which it was.
  size_t threads_of(const Session& session) {
    const std::lock_guard lock(mutex_);
    return threads_[session.sid].size();
  }

  std::mutex mutex_;
  std::map<std::string, std::set<std::thread::id>> threads_;  // By socket id; guarded.
};

INSTANTIATE_TEST_SUITE_P(Threads, LibraryRecoveryTest, testing::Values(1U, 2U, 4U));

TEST_P(LibraryRecoveryTest, AClientCutInAStreamHasEveryEventOnceAndInOrder) {
  start();
  constexpr size_t kClients = 5;
  constexpr int kCuts = 12;
  std::vector<Session> sessions(kClients);
  std::atomic<size_t> done = 0;
  std::atomic<size_t> ready = 0;
  std::vector<std::thread> clients;
  for (Session& session : sessions) {
    clients.emplace_back([&, this] {
      for (int cut = 0; cut <= kCuts; ++cut) {
        server::ClientForTest client = come_back(session);
        if (cut == 0) ++ready;
        for (int i = 0; i < 3 + cut; ++i) hear(session, client.frame());
        if (cut == kCuts) {
          ++done;
          while (session.numbers.empty() || session.numbers.back() != -1) {
            const std::string frame = client.frame();
            if (frame == "end") break;
            hear(session, frame);
          }
          return;
        }
        client.reset();
      }
    });
  }
  while (ready < kClients) std::this_thread::yield();
  int sent = 0;
  for (; done < kClients; ++sent) {
    io_.to("r").emit("n", sent);
    if (sent % 8 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  io_.to("r").emit("n", -1);
  for (std::thread& client : clients) client.join();
  size_t moves = 0;
  for (const Session& session : sessions) {
    EXPECT_EQ(session.begun, 1) << "every return was a recovery";
    moves += threads_of(session) - 1;
    ASSERT_FALSE(session.numbers.empty());
    EXPECT_EQ(session.numbers.back(), -1);
    const int first = session.numbers.front();
    EXPECT_EQ(session.numbers.size(), static_cast<size_t>(sent - first) + 1);
    for (size_t i = 0; i + 1 < session.numbers.size(); ++i) {
      ASSERT_EQ(session.numbers[i], first + static_cast<int>(i));
    }
  }
  EXPECT_EQ(moves != 0, GetParam() > 1) << "whether some came back on another shard";
}

TEST_P(LibraryRecoveryTest, AHandleIsGoodOnEveryShardThatItsSocketMovesTo) {
  std::atomic<int> returns = 0;
  std::optional<Socket> handle;
  io_.on("connection", [&](Socket socket) {
    if (!socket.recovered()) socket.data<std::string>() = "kept";
    const std::lock_guard lock(mutex_);
    handle = socket;
    returns += socket.recovered() && socket.data<std::string>() == "kept";
  });
  start();
  Session session;
  constexpr int kReturns = 8;
  std::vector<server::ClientForTest> before;  // Still there, so that the next lands elsewhere.
  for (int i = 0; i <= kReturns; ++i) {
    before.push_back(come_back(session));
    server::ClientForTest& client = before.back();
    EXPECT_THAT(client.frame(), testing::EndsWith(R"(["here"])"));
    {
      const std::lock_guard lock(mutex_);
      EXPECT_EQ(handle->id(), session.sid);
      EXPECT_TRUE(handle->emit("n", i));
      EXPECT_TRUE(handle->join("s"));
    }
    io_.to("s").emit("n", 100 + i);
    io_.to(session.sid).emit("n", 200 + i);
    for (int k = 0; k < 3; ++k) hear(session, client.frame());
    EXPECT_EQ(session.numbers, (std::vector{i, 100 + i, 200 + i}));
    session.numbers.clear();
  }
  EXPECT_EQ(returns, kReturns);
  EXPECT_EQ(threads_of(session) > 1, GetParam() > 1);
  EXPECT_EQ(session.begun, 1);
}

TEST_P(LibraryRecoveryTest, TheHandshakeIsThatOfTheConnectionThatCameBack) {
  io_.on("connection", [](Socket socket) {
    socket.emit("token", socket.handshake().auth_member("token").as_string(), [](const auto&) {});
  });
  start();
  Session session;
  std::vector<server::ClientForTest> before;
  for (const char* token : {"one", "two", "three", "four"}) {
    before.push_back(come_back(session, R"("token":")" + std::string(token) + R"(",)"));
    EXPECT_THAT(before.back().frame(), testing::EndsWith(R"(["here"])"));
    EXPECT_THAT(before.back().frame(),
                testing::EndsWith(R"(["token",")" + std::string(token) + R"("])"));
  }
  EXPECT_EQ(session.begun, 1);
}

Options that_asks_again() {
  Options options = with_recovery();
  options.connection_state_recovery->skip_middlewares = false;
  return options;
}
class AskedRecoveryTest : public LibraryRecoveryTest {
 protected:
  AskedRecoveryTest() : LibraryRecoveryTest(that_asks_again()) {}
};
INSTANTIATE_TEST_SUITE_P(Threads, AskedRecoveryTest, testing::Values(1U, 3U));

TEST_P(AskedRecoveryTest, MiddlewaresSeeWhatTheClientSaysNowAndWhatTheSessionHas) {
  io_.use([](Socket socket, Next next) {
    const auto token = socket.handshake().auth_member("token").as_string();
    if (token == "bad") return next(Error{"not you"});
    socket.data<int>() += 1;
    next();
  });
  io_.on("count", [](Socket socket) { return socket.data<int>(); });
  start();
  Session session;
  std::vector<server::ClientForTest> before;
  for (const char* count : {"1", "2", "3"}) {
    before.push_back(come_back(session, R"("token":"good",)"));
    EXPECT_THAT(before.back().frame(), testing::EndsWith(R"(["here"])"));
    before.back().send_text(R"(421["count"])");
    EXPECT_EQ(before.back().frame(), std::string("431[") + count + "]");
  }
  server::ClientForTest other = open();
  other.send_text(R"(40{"token":"bad","pid":")" + session.pid + R"("})");
  EXPECT_EQ(other.frame(), R"(44{"message":"not you"})");
  before.push_back(come_back(session, R"("token":"good",)"));
  EXPECT_EQ(session.begun, 1) << "somebody else's attempt has cost it nothing";
}

}  // namespace
}  // namespace crema
