// What an observer hears of a session.
#include "crema/engineio/session_observer.h"

#include "crema/engineio/session_for_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace crema::engineio {
namespace {

using testing::ElementsAre;

class RecordingObserver final : public SessionObserver {
 public:
  explicit RecordingObserver(std::vector<std::string>& heard) : heard_(heard) {}

  void on_packet(const PacketView& packet, MessageKind kind) override {
    const char* way = kind == MessageKind::kText ? "in " : "in binary ";
    heard_.push_back(way + std::string(1, static_cast<char>(packet.type)) +
                     std::string(packet.data));
  }
  void on_packet_create(const OutPacket& packet) override {
    heard_.push_back("out " + std::string(packet.payload()));
  }
  void on_flushed() override { heard_.emplace_back("flushed"); }
  void on_upgrading() override { heard_.emplace_back("upgrading"); }
  void on_upgrade() override { heard_.emplace_back("upgrade"); }
  void on_close(CloseReason reason) override {
    heard_.push_back("closed: " + std::string(to_text(reason)));
  }

 private:
  std::vector<std::string>& heard_;
};

class SessionObserverTest : public SessionTest {
 protected:
  void observe(Session& session) { session.observe(std::make_unique<RecordingObserver>(heard_)); }

  std::vector<std::string> heard_;
};

TEST_F(SessionObserverTest, HearsOfEveryPacketBothWaysAndOfTheEnd) {
  Session& session = websocket();
  EXPECT_EQ(session.observer(), nullptr);
  observe(session);
  session.on_text("4a");
  session.on_text("bYg==");
  session.on_binary("c");
  session.send_message("d");
  session.send(OutPacket::binary("e"));
  (void)wire();
  session.on_text("3");
  session.on_text("1");
  EXPECT_THAT(heard_, ElementsAre("in 4a", "in binary 4b", "in binary 4c", "out 4d", "out e",
                                  "flushed", "in 3", "in 1", "closed: transport close"));
}

TEST_F(SessionObserverTest, HearsOfAPingAndOfAnEndForWantOfAnAnswer) {
  Session& session = websocket();
  observe(session);
  pass(config_.ping_interval + std::chrono::milliseconds(100));
  (void)wire();
  pass(config_.ping_timeout + std::chrono::milliseconds(100));
  EXPECT_THAT(heard_, ElementsAre("out 2", "flushed", "closed: ping timeout"));
  EXPECT_EQ(session.close_detail(), CloseDetail::kNone);
}

TEST_F(SessionObserverTest, HearsOfAnUpgrade) {
  Session& session = polling();
  observe(session);
  ASSERT_TRUE(session.start_upgrade());
  (void)session.on_upgrade_text("2probe");
  (void)session.on_upgrade_text("5");
  EXPECT_THAT(heard_, ElementsAre("upgrading", "upgrade"));
}

TEST_F(SessionObserverTest, ASessionSaysWhatIsKnownOfItsEnd) {
  websocket().on_text("2");
  EXPECT_EQ(session_->close_detail(), CloseDetail::kHeartbeatDirection);
  (void)polling().start_poll();
  (void)session_->start_poll();
  EXPECT_EQ(session_->close_detail(), CloseDetail::kOverlap);
  (void)polling().start_poll();
  session_->on_poll_aborted();
  EXPECT_EQ(session_->close_detail(), CloseDetail::kPollLost);
}

TEST_F(SessionObserverTest, EveryDetailHasItsWords) {
  EXPECT_EQ(to_text(CloseDetail::kNone), "");
  EXPECT_EQ(to_text(CloseDetail::kHeartbeatDirection), "invalid heartbeat direction");
  EXPECT_EQ(to_text(CloseDetail::kOverlap), "overlap from client");
  EXPECT_EQ(to_text(CloseDetail::kPollLost), "poll connection closed prematurely");
  EXPECT_EQ(to_text(CloseDetail::kMessageTooBig), "max payload size exceeded");
  EXPECT_EQ(to_text(CloseDetail::kInvalidUtf8), "invalid UTF-8 sequence");
  EXPECT_EQ(to_text(CloseDetail::kBadFrame), "invalid WebSocket frame");
}

}  // namespace
}  // namespace crema::engineio
