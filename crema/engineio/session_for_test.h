// The fixture of the tests of a session.
#pragma once

#include "crema/engineio/recording_host.h"
#include "crema/engineio/session.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace crema::engineio {

inline constexpr std::string_view kTestId = "AAAAAAAAAAAAAAAAAAAA";

// A session with what is around it. `body` and `wire` do what a server does at the end of a turn.
class SessionTest : public testing::Test {
 protected:
  Session& open(TransportKind transport) {
    session_ = std::make_unique<Session>(std::string(kTestId), transport, config_, host_,
                                         transport == TransportKind::kPolling
                                             ? Session::Upgrades::kWebSocket
                                             : Session::Upgrades::kNone);
    session_->set_listener(listener_);
    return *session_;
  }
  // A polling session whose open packet was fetched.
  Session& polling() {
    Session& session = open(TransportKind::kPolling);
    EXPECT_EQ(session.start_poll(), Session::PollStart::kHeld);
    (void)body();
    return session;
  }
  // A WebSocket session whose open packet was sent.
  Session& websocket() {
    Session& session = open(TransportKind::kWebSocket);
    (void)wire();
    return session;
  }
  // The answer of the held GET, if it has one; then the turn ends.
  std::optional<std::string> body() { return host_.body(*session_); }
  // Payloads of the frames sent; then the turn ends.
  std::vector<std::string> wire() { return host_.wire(*session_); }

  void pass(base::Duration time) { host_.pass(time); }

  Config config_;
  RecordingHost host_;
  RecordingListener listener_;
  std::unique_ptr<Session> session_;
};

}  // namespace crema::engineio
