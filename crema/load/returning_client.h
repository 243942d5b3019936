#pragma once

#include "crema/load/backoff.h"
#include "crema/load/engine.h"
#include "crema/load/journey.h"
#include "crema/load/script.h"
#include "crema/load/wire.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crema::load {

// A client that comes back when it is lost, as the official one with reconnectionAttempts 3 does;
// it subscribes once in its life.
//
//   kOpening --0{..}--> kJoining --40{..}--> kSubscribing (the first time) --> kReady
//      ^  |                 '---------- lost ------+--------------------------- '
//      |  '-failed, lost, 20 s-> kAway (or, after three attempts, kGone)  <-'
//      '------the backoff is over---'
//   kJoining --44--> kGone;  kJoining, kSubscribing, kReady --41--> kGone
//
// Source: socket.io-client 4.8, manager.js, socket.js.
class ReturningClient {
 public:
  enum class State : std::uint8_t { kOpening, kJoining, kSubscribing, kReady, kAway, kGone };

  // Borrows `script` for life.
  ReturningClient(const Script& script, std::uint32_t index);

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] const Journey& journey() const { return journey_; }
  [[nodiscard]] bool is_by_websocket() const { return engine_.is_by_websocket(); }
  // It is ready, and on the transport that it will stay with.
  [[nodiscard]] bool is_settled() const { return state_ == State::kReady && engine_.is_settled(); }
  // When on_timer() is due; may move with every event.
  [[nodiscard]] std::uint64_t deadline_ns() const { return deadline_ns_; }

  // `chance`, here and below: 0 <= chance < 1, of this call.
  struct Moment {
    std::uint64_t now_ns = 0;
    double chance = 0;
  };
  void start(Moment moment, Actions& actions);
  // Takes what it understands off `bytes`.
  void on_bytes(Wire wire, std::string_view& bytes, Moment moment, Actions& actions);
  // The wire has ended, or could not be opened.
  void on_closed(Wire wire, const std::string& reason, Moment moment, Actions& actions);
  // Does nothing before deadline_ns().
  void on_timer(Moment moment, Actions& actions);
  // What happens from here on is the journey.
  void begin_journey() { journey_ = {}; }

 private:
  void open(Moment moment, Actions& actions);
  void act_on(const EngineEvents& events, Moment moment, Actions& actions);
  void on_engine_open(Moment moment, Actions& actions);
  void on_engine_closed(const std::string& reason, Moment moment);
  void try_again_later(Moment moment);
  void on_packet(std::string_view packet, Moment moment, Actions& actions);
  void on_joined(std::string_view packet, Moment moment, Actions& actions);
  void on_event(std::string_view event, std::uint64_t now_ns);
  void hear(std::string_view argument, std::uint64_t now_ns);
  void leave(Journey::End end, std::string_view reason);
  [[nodiscard]] std::string connect_packet() const;

  // Fixed at construction.
  const Script* script_;
  std::uint32_t index_;

  State state_ = State::kOpening;
  Engine engine_;
  Backoff backoff_;
  std::uint64_t deadline_ns_ = 0;
  std::uint64_t joined_ns_ = 0;
  bool is_subscribed_ = false;
  // By which the server knows what to recover; empty: it has given none.
  std::string private_id_;
  std::optional<std::string> offset_;
  Journey journey_;
};

}  // namespace crema::load
