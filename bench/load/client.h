#pragma once

#include "bench/load/frame.h"
#include "bench/load/options.h"
#include "bench/load/tally.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace crema::load {

// What all clients of one run say; made once and borrowed by every client.
struct Script {
  explicit Script(const Options& options);

  // The WebSocket handshake of connection `index`.
  [[nodiscard]] std::string request(std::uint32_t index) const;

  std::string request_head;
  std::string connect_packet;
  std::string connected_prefix;
  std::string event_prefix;
};

// One client's side of the conversation, without its socket.
//
//   kUpgrading --101--> kOpening --0{..}--> kJoining --40/site,{..}--> kReady
//        any state --anything else, close--> kFailed
class Client {
 public:
  enum class State : std::uint8_t { kUpgrading, kOpening, kJoining, kReady, kFailed };

  // Borrows `script` for life.
  Client(const Script& script, std::uint32_t index) : script_(&script), index_(index) {}

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] std::string request() const { return script_->request(index_); }

  // Takes what it understands off `bytes`, read at `now_ns`, and appends its answers to `out`.
  void on_bytes(std::string_view& bytes, std::uint64_t now_ns, Tally& tally, std::string& out);
  void fail(const std::string& reason, Tally& tally);

 private:
  void on_response(std::string_view& bytes, Tally& tally);
  void on_frame(const Frame& frame, std::uint64_t now_ns, Tally& tally, std::string& out);
  void on_packet(std::string_view packet, std::uint64_t now_ns, Tally& tally, std::string& out);
  void on_event(std::string_view argument, std::uint64_t now_ns, Tally& tally);

  const Script* script_;
  std::uint32_t index_;
  State state_ = State::kUpgrading;
  std::uint64_t last_sequence_ = 0;
};

}  // namespace crema::load
