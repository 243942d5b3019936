// A namespace whose sessions come back, and clients of it.
#pragma once

#include "crema/socketio/hub_for_test.h"
#include "crema/socketio/recovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace crema::socketio {

struct TextData final : SocketData {
  explicit TextData(std::string t) : text(std::move(t)) {}
  const std::string text;
};

class RecoveryTest : public testing::Test {
 protected:
  RecoveryTest() {
    config_.recovery = RecoveryConfig{};
    hub_.set_application(application_);
  }
  ~RecoveryTest() override {
    clients_.clear();
    hub_.forget_lost();
    hub_.end_turn();
    EXPECT_THAT(host_.open, testing::IsEmpty());
    EXPECT_EQ(time_.wheel().size(), 0U);
  }

  FakeClient& open() {
    clients_.push_back(std::make_unique<FakeClient>(hub_, time_, engine_config_));
    return *clients_.back();
  }
  // Connects the last client with these credentials, and notes the new ones.
  std::vector<std::string> connect(const std::string& auth = "{}") {
    open().send("0/a," + auth);
    std::vector<std::string> received = clients_.back()->received();
    if (received.empty()) return received;
    const std::string& answer = received.back();
    if (const size_t at = answer.find(R"("pid":")"); at != std::string::npos) {
      sid_ = answer.substr(answer.find(R"("sid":")") + 7, 20);
      pid_ = answer.substr(at + 7, 20);
    }
    received.pop_back();
    return received;
  }
  std::vector<std::string> come_back(const std::string& offset) {
    return connect(R"({"pid":")" + pid_ + R"(","offset":")" + offset + R"("})");
  }
  Socket& socket() { return *application_.sockets.back(); }
  void lose(engineio::CloseReason reason = engineio::CloseReason::kTransportClose) {
    clients_.back()->session.fail(reason);
    hub_.end_turn();
  }
  void broadcast(std::string name, std::vector<std::string> rooms = {},
                 std::vector<std::string> except = {}) {
    auto b = make_broadcast({.nsp = "/a", .rooms = std::move(rooms), .except = std::move(except)},
                            name, "1", nullptr);
    hub_.number(b);
    hub_.deliver(b);
  }
  // The offset that the packet carries.
  static std::string offset_of(const std::string& packet) {
    const size_t end = packet.rfind('"');
    const size_t begin = packet.rfind('"', end - 1);
    return packet.substr(begin + 1, end - begin - 1);
  }
  static std::vector<std::string> names(const std::vector<std::string>& packets) {
    std::vector<std::string> all;
    for (const std::string& p : packets) {
      const size_t begin = p.find("[\"") + 2;
      all.push_back(p.substr(begin, p.find('"', begin) - begin));
    }
    return all;
  }
  // A session that has received "first".
  std::string lost_after_first() {
    connect();
    broadcast("first");
    const std::string offset = offset_of(clients_.back()->received().at(0));
    lose();
    return offset;
  }

  Config config_;
  engineio::Config engine_config_;
  engineio::RecordingHost time_;
  RecordingHubHost host_{time_};
  Hub hub_{config_, host_};
  FakeApplication application_{hub_};
  std::vector<std::unique_ptr<FakeClient>> clients_;
  std::string sid_;
  std::string pid_;
};

}  // namespace crema::socketio
