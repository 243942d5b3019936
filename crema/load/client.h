#pragma once

#include "crema/load/frame.h"
#include "crema/load/script.h"
#include "crema/load/tally.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace crema::load {

// One client's side of the conversation, without its socket.
//
//   kUpgrading --101--> kOpening --0{..}--> kJoining --40/site,{..}--> kSubscribing --> kReady
//        ^---------------- kPollOpening --0{..}--> kPollPosting --ok--> kPollJoining -----^
//   any state --anything else, close--> kFailed
//
// A client that upgrades has its session from kPollOpening, and probes in kOpening.
class Client {
 public:
  enum class State : std::uint8_t {
    kPollOpening,
    kPollPosting,
    kPollJoining,
    kUpgrading,
    kOpening,
    kJoining,
    kSubscribing,
    kReady,
    kFailed,
  };

  // Borrows `script` for life.
  Client(const Script& script, std::uint32_t index);

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] std::string request() const { return script_->request(index_); }

  // Its session does not end with this TCP connection: it polls, and no request is under way.
  [[nodiscard]] bool may_be_hung_up_on() const {
    return state_ == State::kReady && script_->transport() == Transport::kPolling;
  }

  // Takes what it understands off `bytes`, read at `now_ns`, and appends its answers to `out`.
  void on_bytes(std::string_view& bytes, std::uint64_t now_ns, Tally& tally, std::string& out);
  // Sends one more event that asks for an acknowledgement, if the tally has one to send.
  void send_echo(std::uint64_t now_ns, Tally& tally, std::string& out);
  void fail(const std::string& reason, Tally& tally);

 private:
  [[nodiscard]] bool is_polling() const { return state_ <= State::kPollJoining; }

  // Each takes one answer or frame off `bytes`; false when there is none, or it is broken.
  bool take_answer_of_poll(std::string_view& bytes, Tally& tally, std::string& out);
  bool take_one_frame(std::string_view& bytes, std::uint64_t now_ns, Tally& tally,
                      std::string& out);
  void on_poll_body(std::string_view body, Tally& tally, std::string& out);
  void on_opened_by_polling(std::string_view body, Tally& tally, std::string& out);
  bool on_response(std::string_view& bytes, Tally& tally, std::string& out);
  void on_frame(const Frame& frame, std::uint64_t now_ns, Tally& tally, std::string& out);
  void on_packet(std::string_view packet, std::uint64_t now_ns, Tally& tally, std::string& out);
  void on_unready_packet(std::string_view packet, Tally& tally, std::string& out);
  void on_joined(Tally& tally, std::string& out);
  void on_ack(std::string_view answer, std::uint64_t now_ns, Tally& tally, std::string& out);
  void become_ready(Tally& tally);
  void count(std::string_view argument, std::uint64_t now_ns, Tally& tally);

  const Script* script_;
  std::uint32_t index_;
  State state_;
  std::string sid_;  // Of a session opened by polling.
  std::uint64_t last_sequence_ = 0;
  std::uint64_t echoes_sent_ = 0;
};

}  // namespace crema::load
