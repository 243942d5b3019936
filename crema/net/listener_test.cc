#include "crema/net/listener.h"

#include "crema/base/counter.h"
#include "crema/net/loop_for_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace crema::net {
namespace {

using testing::StartsWith;
using Kind = ListenError::Kind;

// A directory of its own for the paths of Unix sockets.
class UnixListenerTest : public testing::Test {
 protected:
  UnixListenerTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "crema-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
  }
  ~UnixListenerTest() override { std::filesystem::remove_all(directory_); }

  auto listen(unsigned mode = 0600) { return Listener::unix_socket(loop_, path(), mode); }
  [[nodiscard]] std::string path() const { return directory_ + "/socket"; }
  [[nodiscard]] bool connects() const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path().copy(address.sun_path, path().size());
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM, 0);
    const int result =
        ::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::close(descriptor);
    return result == 0;
  }

  Loop loop_;
  std::string directory_;
};

TEST_F(UnixListenerTest, SetsTheModeAndRemovesItsFile) {
  {
    auto listener = listen(0640);
    ASSERT_TRUE(listener);
    EXPECT_EQ((*listener)->address(), path());
    EXPECT_EQ((*listener)->port(), 0);
    struct stat info {};
    ASSERT_EQ(::stat(path().c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0640U);
    EXPECT_TRUE(connects());
  }
  EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(UnixListenerTest, TakesThePlaceOfAStaleFile) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path().copy(address.sun_path, path().size());
  const int dead = ::socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(::bind(dead, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ::close(dead);
  ASSERT_TRUE(std::filesystem::exists(path()));
  auto listener = listen();
  ASSERT_TRUE(listener);
  EXPECT_TRUE(connects());
}

TEST_F(UnixListenerTest, LeavesAFileAloneOnWhichSomebodyListens) {
  auto first = listen();
  ASSERT_TRUE(first);
  auto second = listen();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, Kind::kInUse);
  EXPECT_TRUE(connects());
}

TEST_F(UnixListenerTest, RemovesNoOtherFile) {
  std::ofstream(path()) << "precious";
  EXPECT_FALSE(listen());
  EXPECT_EQ(std::filesystem::file_size(path()), 8U);
}

TEST(Listener, SaysWhereItListens) {
  Loop loop;
  const auto v4 = Listener::tcp(loop, "127.0.0.1", 0);
  ASSERT_TRUE(v4);
  EXPECT_NE((*v4)->port(), 0);
  EXPECT_EQ((*v4)->address(), "127.0.0.1:" + std::to_string((*v4)->port()));
  const auto v6 = Listener::tcp(loop, "::1", (*v4)->port());
  if (!v6) GTEST_SKIP() << "this machine has no IPv6 loopback: " << v6.error().message;
  EXPECT_EQ((*v6)->address(), "[::1]:" + std::to_string((*v4)->port()));
}

TEST(Listener, TellsWhyItCannot) {
  Loop loop;
  const auto first = Listener::tcp(loop, "127.0.0.1", 0);
  ASSERT_TRUE(first);
  const auto second = Listener::tcp(loop, "127.0.0.1", (*first)->port());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, Kind::kInUse);
  EXPECT_THAT(second.error().message, StartsWith("127.0.0.1:"));
  const auto elsewhere = Listener::tcp(loop, "192.0.2.1", 0);
  ASSERT_FALSE(elsewhere);
  EXPECT_EQ(elsewhere.error().kind, Kind::kUnavailable);
}

// The process's descriptors end `more` beyond those that are open now, until this is destroyed.
class FewDescriptors {
 public:
  explicit FewDescriptors(int more) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    rlimit none = before_;
    const int next = ::open("/dev/null", O_RDONLY);
    ::close(next);
    none.rlim_cur = static_cast<rlim_t>(next + more);
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  ~FewDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

int64_t value_of(std::string_view metric) {
  for (const base::MetricSample& sample : base::collect_metrics()) {
    if (sample.name == metric) return sample.value;
  }
  return 0;
}

int64_t pauses() { return value_of("crema_accept_pauses_total"); }
int64_t warnings() { return value_of("crema_accepted_near_limit_total"); }

// Connects to a listener once and waits until it was accepted; what it is accepted with.
struct Accepted {
  int no_delay = 0;
};
Accepted accept_one(LoopForTest& runner) {
  std::unique_ptr<Listener> listener;
  std::promise<Accepted> accepted;
  runner.on_loop([&] {
    listener = std::move(*Listener::tcp(runner.loop(), "127.0.0.1", 0));
    listener->start([&](int descriptor, const std::string&) {
      Accepted with;
      socklen_t size = sizeof with.no_delay;
      ::getsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &with.no_delay, &size);
      close_descriptor(descriptor);
      accepted.set_value(with);
    });
  });
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(listener->port());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int client = ::socket(AF_INET, SOCK_STREAM, 0);
  EXPECT_EQ(::connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  const Accepted with = LoopForTest::get(accepted.get_future());
  ::close(client);
  runner.on_loop([&] { listener->close(); });
  runner.stop();
  return with;
}

TEST(Listener, LetsSmallWritesLeaveAtOnce) {
  LoopForTest runner;
  EXPECT_NE(accept_one(runner).no_delay, 0);
}

TEST(Listener, WarnsWhenFewDescriptorsAreLeft) {
  const int64_t before = warnings();
  LoopForTest plenty;
  accept_one(plenty);
  EXPECT_EQ(warnings(), before);
  LoopForTest scarce;
  std::vector<int> taken;
  for (int i = 0; i < 60; ++i) taken.push_back(::open("/dev/null", O_RDONLY));
  const FewDescriptors few(10);
  accept_one(scarce);
  EXPECT_EQ(warnings(), before + 1);
  for (const int descriptor : taken) ::close(descriptor);
}

TEST(Listener, PausesWithoutDescriptorsAndRecovers) {
  constexpr int kClients = 3;
  LoopForTest runner;
  std::unique_ptr<Listener> listener;
  std::atomic<int> accepted = 0;
  std::promise<void> all;
  runner.on_loop([&] {
    listener = std::move(*Listener::tcp(runner.loop(), "127.0.0.1", 0));
    listener->start([&](int descriptor, const std::string&) {
      close_descriptor(descriptor);
      if (++accepted == kClients) all.set_value();
    });
  });
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(listener->port());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int clients[kClients];
  for (int& client : clients) client = ::socket(AF_INET, SOCK_STREAM, 0);
  const int64_t before = pauses();
  {
    const FewDescriptors none(0);
    for (const int client : clients) {
      EXPECT_EQ(::connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    }
    const auto began = std::chrono::steady_clock::now();
    const auto patience = began + std::chrono::seconds(10);
    while (pauses() < before + 4 && std::chrono::steady_clock::now() < patience) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    EXPECT_GE(pauses(), before + 4) << "it tries again";
    EXPECT_GE(std::chrono::steady_clock::now() - began, 2 * Listener::kPause) << "it does not spin";
    EXPECT_EQ(accepted, 0);
  }
  LoopForTest::get(all.get_future());
  for (const int client : clients) ::close(client);
  runner.on_loop([&] { listener->close(); });
  runner.stop();
}

}  // namespace
}  // namespace crema::net
