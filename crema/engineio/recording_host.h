// Plays the server around a session, for tests and fuzzers: a clock moved by hand, and a record of
// what the session asked for.
#pragma once

#include "crema/engineio/packet_queue.h"
#include "crema/engineio/session.h"
#include "crema/engineio/session_host.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crema::engineio {

class RecordingHost final : public SessionHost {
 public:
  base::TimePoint now() override { return now_; }
  base::TimingWheel& wheel() override { return wheel_; }
  PacketPool& packet_pool() override { return pool_; }
  void flush_soon(Session&) override { ++flushes_asked; }
  void drop_upgrade(Session&) override { ++upgrades_dropped; }
  void session_ended(Session&, std::string_view poll_body) override {
    ++times_ended;
    ended = poll_body;
  }

  void pass(base::Duration time) {
    now_ += time;
    wheel_.advance(now_);
  }
  // Ends a turn of a polling session: the answer of its held GET, if there is one.
  std::optional<std::string> body(Session& session) {
    std::optional<std::string> body;
    if (session.has_poll_body()) body = session.take_poll_body();
    session.flushed(Session::Wire::kReady);
    return body;
  }
  // Ends a turn of a WebSocket session whose kernel takes all: the frames' payloads.
  std::vector<std::string> wire(Session& session) {
    std::vector<std::string> sent;
    while (!session.queue().empty()) {
      session.queue().front().for_each(
          [&sent](std::string_view payload, bool) { sent.emplace_back(payload); });
      session.consume(session.queue().front_rest().size());
    }
    session.flushed(Session::Wire::kReady);
    return sent;
  }

  int flushes_asked = 0;
  int upgrades_dropped = 0;
  int times_ended = 0;
  std::string ended = "not ended";  // The body for a held GET.

 private:
  base::TimePoint now_{std::chrono::hours(1)};
  base::TimingWheel wheel_{now_};
  PacketPool pool_;
};

// Keeps messages as `t:text` and `b:binary`.
class RecordingListener final : public SessionListener {
 public:
  void on_session_message(std::string_view data, MessageKind kind) override {
    messages.push_back((kind == MessageKind::kText ? "t:" : "b:") + std::string(data));
    if (on_message) on_message();
  }
  void on_session_closed(CloseReason reason) override {
    closed.push_back(reason);
    if (on_closed) on_closed();
  }

  std::vector<std::string> messages;
  std::vector<CloseReason> closed;
  std::function<void()> on_message;
  std::function<void()> on_closed;
};

}  // namespace crema::engineio
