// Sessions that come back on another shard than the one they lived on: they move.
#pragma once

#include "crema/base/clock.h"
#include "crema/socketio/application.h"
#include "crema/socketio/out_message.h"
#include "crema/socketio/socket.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crema::socketio {

class Hub;
class Recovery;

// A lost session on its way to another shard. A copy: nothing in it belongs to a shard.
struct MovedSession {
  struct Missed {
    uint64_t offset;
    OutMessage message;
  };
  std::string socket_id;
  std::string pid;
  std::string offset;                                   // The client's.
  std::vector<std::pair<std::string, uint32_t>> rooms;  // And the second in which each was joined.
  std::shared_ptr<const SocketData> data;
  std::vector<Missed> missed;  // In the order of the shard that it leaves.
  // For each shard the last offset of its events that is dealt with: received, or in `missed`.
  std::vector<uint64_t> seen;
  bool is_numbered = true;
  bool is_outdated = false;  // What it missed is gone: only its rooms can be given back.
};

//   asking shard              home (the pid names it)     holder (mostly home)
//   claim ──────────────────► where is it? ─────────────► lost; its rooms are expected on the
//   asking
//                                                         shard, then a word from every shard: what
//                                                         was broadcast before has arrived
//   arrive: what it missed ◄───────────────────────────── leave
//   there, then here
//
// From the claim on the asking shard keeps what is broadcast to the namespace, so every event is in
// one of the two logs, or in both with the same offset. One per hub; shard thread only.
// Source: spec/socketio.md 2.5; architecture, section 3.
class Handover {
 public:
  explicit Handover(Hub& hub) : hub_(hub) {}

  // Whether the session with that private id, if there is one, lives on another shard.
  [[nodiscard]] bool is_elsewhere(std::string_view nsp, std::string_view pid) const;
  // Brings it here, as a lost session. Connection::on_arrival is called once, whether it came or
  // not. Only where `is_elsewhere`.
  void claim(ConnectTicket ticket, std::string_view nsp, const std::string& pid,
             const std::string& offset);

  // --- for Recovery ---
  // A session that came from another shard is forgotten here.
  void gone(std::string_view nsp, std::string_view socket_id, std::string_view pid);

 private:
  struct Claim {
    std::string nsp;
    std::string pid;
    std::string offset;
    unsigned asking;
    ConnectTicket ticket;
    uint64_t since;                     // A position in the asking shard's log.
    unsigned hops = 0;                  // Shards asked so far.
    std::vector<std::string> expected;  // Rooms, on the asking shard; each to be settled once.
  };
  void on_claim(Claim claim);
  void prepare(Recovery& recovery, Claim claim);
  void await_all_shards(Claim claim);
  void leave(const Claim& claim);
  void answer(const Claim& claim, std::shared_ptr<const MovedSession> moved);
  void on_answer(const Claim& claim, const MovedSession* moved);
  void settle(const Claim& claim, const Socket* arrived);
  [[nodiscard]] Recovery* find(std::string_view nsp) const;

  Hub& hub_;
};

}  // namespace crema::socketio
