// When to ping, and when silence means the peer is gone. Source: spec/socketio.md 1.8.
#pragma once

#include "crema/base/clock.h"
#include "crema/engineio/config.h"

#include <cstdint>

namespace crema::engineio {

//   ┌────────── pong: now + interval ───────────┐
//   ▼                                           │
// kWaiting ──interval passed: send a ping──► kPinged ──timeout passed──► dead
//                                               │ ▲
//                                               └─┘ first other packet: now + timeout, once
class Heartbeat {
 public:
  enum class Due : uint8_t { kNothing, kSendPing, kDead };

  void start(const Config& config, base::TimePoint now) { wait(config, now); }
  // A pong, asked for or not.
  void on_pong(const Config& config, base::TimePoint now) { wait(config, now); }
  // Any other packet (engine.io 6.6.10 and later).
  void on_other_packet(const Config& config, base::TimePoint now) {
    if (state_ != State::kPinged) return;
    state_ = State::kPingedAndExtended;
    deadline_ = now + config.ping_timeout;
  }
  // Asked when `deadline` has come; moves on as if the ping were sent.
  [[nodiscard]] Due on_deadline(const Config& config, base::TimePoint now) {
    if (now < deadline_) return Due::kNothing;
    if (state_ != State::kWaiting) return Due::kDead;
    state_ = State::kPinged;
    deadline_ = now + config.ping_timeout;
    return Due::kSendPing;
  }
  [[nodiscard]] base::TimePoint deadline() const noexcept { return deadline_; }

 private:
  enum class State : uint8_t { kWaiting, kPinged, kPingedAndExtended };

  void wait(const Config& config, base::TimePoint now) {
    state_ = State::kWaiting;
    deadline_ = now + config.ping_interval;
  }

  base::TimePoint deadline_{};
  State state_ = State::kWaiting;
};

}  // namespace crema::engineio
