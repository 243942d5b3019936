// Ten thousand sessions, left at every step there is: nothing of them stays.
#include "crema/server/counters.h"
#include "crema/server/server_for_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <malloc.h>
#include <string>

namespace crema::server {
namespace {

using websocket::client_frame;
using websocket::Opcode;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kSessions = 2'000;  // Sanitizers are an order of magnitude slower.
#else
constexpr int kSessions = 10'000;
#endif
constexpr int kSteps = 20;
// What may differ for other reasons than a leak: 13 bytes of each session would be more.
constexpr size_t kSlack = 128 * 1024;

class AbandonedSessionsTest : public ServerTest {
 protected:
  // Opens a session and goes as far as `step` says. `shared` is used where nothing is held.
  void play(int step, ClientForTest& shared) {
    const bool resets = step % 2 == 1;
    if (step >= 16) return play_websocket(step, resets);
    const std::string sid = open_polling(shared);
    if (step < 2) return;  // Opened, and never heard of again.
    if (step == 2) return (void)ask(shared, post(sid, "40/a,"));
    if (step == 3) return (void)ask(shared, post(sid, "1"));
    if (step == 4) return (void)ask(shared, post(sid, "7"));
    ClientForTest own = client();
    if (step == 5) own.send(poll(sid));
    if (step == 6) own.send(post(sid, "40/a,") + poll(sid) + poll(sid));
    if (step == 7) own.send(post(sid, "40/a,").substr(0, 150));
    if (step >= 8) play_upgrade(step, own, sid);
    resets ? own.reset() : own.close();
  }

  void play_upgrade(int step, ClientForTest& ws, const std::string& sid) {
    const std::string request = upgrade(sid);
    ws.send(step == 8 ? request.substr(0, 100) : request);
    if (step <= 9) return;
    (void)ws.answer();
    if (step == 10) return (void)ws.send_text("x");
    if (step == 11) return (void)ws.send(std::string("\x81", 1));
    ws.send_text("2probe");
    (void)ws.frame();
    if (step == 12) return;
    ws.send_text("5");
    if (step == 13) return;
    ws.send_text("40/a,");
    (void)ws.frame();
    if (step == 14) return (void)ws.send_text(R"(42/a,["flood",3])");
    ws.send(client_frame(Opcode::kClose, "", 1));
    (void)ws.frame();
  }

  void play_websocket(int step, bool resets) {
    ClientForTest ws = client();
    ws.send(upgrade(""));
    (void)ws.answer();
    if (step >= 17) ws.send_text("40/a,");
    if (step == 18) ws.send_text(R"(451-/a,["x",{"_placeholder":true,"num":0}])");
    if (step == 19) ws.send(client_frame(Opcode::kBinary, std::string(500, 'x'), 3).substr(0, 300));
    resets ? ws.reset() : ws.close();
  }

  static bool ask(ClientForTest& client, const std::string& request) {
    client.send(request);
    return client.answer().status != 0;
  }

  void play_all(int sessions) {
    ClientForTest shared = client();
    for (int i = 0; i < sessions; ++i) play(i % kSteps, shared);
  }

  // Whether everything that was opened has ended within 20 s.
  static bool all_ended() {
    for (int tries = 0; tries < 2000; ++tries) {
      if (kPollingSessions.value() + kWebSocketSessions.value() + kDescriptors.value() == 0) {
        return true;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }
  // Within 10 s: the last is that of giving memory back.
  bool nothing_is_due() {
    for (int tries = 0; tries < 1000 && deadlines() != 0; ++tries) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return deadlines() == 0;
  }
  size_t deadlines() {
    size_t sum = 0;
    for (const auto& shard : server_->shards()) {
      std::promise<size_t> armed;
      shard->loop().post([&] { armed.set_value(shard->loop().wheel().size()); });
      sum += armed.get_future().get();
    }
    return sum;
  }
};

INSTANTIATE_TEST_SUITE_P(Shards, AbandonedSessionsTest, testing::Values(2U));

TEST_P(AbandonedSessionsTest, LeaveNothingBehind) {
  config_.engineio.ping_interval = std::chrono::milliseconds(500);
  config_.engineio.ping_timeout = std::chrono::milliseconds(500);
  config_.linger = std::chrono::milliseconds(200);
  start();
  play_all(kSessions / 10);  // Pools and tables grow to their size.
  ASSERT_TRUE(all_ended());
  log_.clear();
  const int64_t opened = kSessionsOpened.value();
  const size_t before = ::mallinfo2().uordblks;
  play_all(kSessions);
  ASSERT_TRUE(all_ended());
  log_.clear();
  EXPECT_EQ(kSessionsOpened.value() - opened, kSessions);
  EXPECT_TRUE(nothing_is_due());
  EXPECT_LT(::mallinfo2().uordblks, before + kSlack);
}

}  // namespace
}  // namespace crema::server
