#pragma once

#include "crema/load/frame.h"
#include "crema/load/script.h"
#include "crema/load/wire.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace crema::load {

// What the client above hears from its Engine.IO session.
struct EngineEvent {
  enum class Kind : std::uint8_t {
    kOpen,
    kHeartbeat,
    kMessage,  // `text`: a Socket.IO packet behind its `4`.
    kClosed,   // `text`: why. Comes once, and nothing after it.
  };
  Kind kind = Kind::kClosed;
  std::string text = {};
};
using EngineEvents = std::vector<EngineEvent>;

// One Engine.IO session as the official client holds it, from its first request to its end.
//
//   kOpening --0{..}--> kOpen --close, an error, the wire's end--> kClosed
//                                                   (kOpening ends there too)
//   A session that polls and upgrades, once open:
//   kNone --GET on a third wire--> kAsked --101, 2probe--> kProbing --3probe--> kPausing
//     --the poll and the POST under way are done, 5--> kUpgraded
//   kAsked, kProbing --anything else--> kFailed, and it goes on polling
//
// Source: engine.io-client 6.6, socket.js, transports/polling.js, transports/websocket.js.
class Engine {
 public:
  // Borrows `script` for life.
  Engine(const Script& script, std::uint32_t index) : script_(&script), index_(index) {}

  [[nodiscard]] bool is_open() const { return state_ == State::kOpen; }
  [[nodiscard]] bool is_by_websocket() const {
    return script_->transport() == Transport::kWebSocket || upgrade_ == Upgrade::kUpgraded;
  }
  // It is open, and on the transport that it will stay with.
  [[nodiscard]] bool is_settled() const;
  // How long it may hear nothing before it takes the server for dead.
  [[nodiscard]] std::chrono::milliseconds silence_max() const { return silence_max_; }

  void start(Actions& actions);
  // Sends a whole Engine.IO packet, or keeps it until the transport takes it.
  void send(std::string packet, Actions& actions);
  // Takes what it understands off `bytes`.
  void on_bytes(Wire wire, std::string_view& bytes, EngineEvents& events, Actions& actions);
  // The wire has ended, or could not be opened.
  void on_closed(Wire wire, const std::string& reason, EngineEvents& events, Actions& actions);
  // Ends the session from this side; what is said about it is in no event.
  void close(Actions& actions);

 private:
  enum class State : std::uint8_t { kOpening, kOpen, kClosed };
  enum class Goodbye : std::uint8_t { kIfPolling, kNone };
  enum class Upgrade : std::uint8_t { kNone, kAsked, kProbing, kPausing, kUpgraded, kFailed };

  bool& is_wired(Wire wire) { return is_wired_[slot_of(wire)]; }

  void say(Wire wire, std::string bytes, Actions& actions);
  void hang_up(Wire wire, Actions& actions);
  void flush(Actions& actions);
  void poll(Actions& actions);
  void end(Goodbye goodbye, Actions& actions);
  void fail(const std::string& reason, EngineEvents& events, Actions& actions);

  // Each takes one answer or frame off `bytes`; false when there is none, or it is broken.
  bool take_answer_on(Wire wire, std::string_view& bytes, EngineEvents& events, Actions& actions);
  bool take_upgrade_answer(std::string_view& bytes, EngineEvents& events, Actions& actions);
  bool take_one_frame(std::string_view& bytes, EngineEvents& events, Actions& actions);

  void on_posted(std::string_view body, EngineEvents& events, Actions& actions);
  void on_polled(std::string_view body, EngineEvents& events, Actions& actions);
  void on_frame(const Frame& frame, EngineEvents& events, Actions& actions);
  void on_packet(std::string_view packet, EngineEvents& events, Actions& actions);
  void on_handshake(std::string_view open, EngineEvents& events, Actions& actions);
  void on_websocket_lost(const std::string& reason, EngineEvents& events, Actions& actions);
  void switch_when_idle(Actions& actions);

  // Fixed at construction.
  const Script* script_;
  std::uint32_t index_;

  State state_ = State::kOpening;
  Upgrade upgrade_ = Upgrade::kNone;
  std::array<bool, kWires> is_wired_{};
  bool is_shaken_ = false;  // The WebSocket's handshake is answered.
  bool is_polling_ = false;
  bool is_posting_ = false;
  std::chrono::milliseconds silence_max_{0};
  std::string sid_;
  std::vector<std::string> unsent_;
};

}  // namespace crema::load
