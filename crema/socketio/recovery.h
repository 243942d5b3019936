// Connection state recovery: sessions that lost their connection, waiting to come back.
#pragma once

#include "crema/base/name_table.h"
#include "crema/base/short_text.h"
#include "crema/base/timing_wheel.h"
#include "crema/socketio/config.h"
#include "crema/socketio/event_log.h"
#include "crema/socketio/handover.h"
#include "crema/socketio/socket.h"

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crema::socketio {

class Hub;

// What a socket needs to come back, besides what every event looks at: that is in the socket.
struct Resumable {
  // MovedSession::seen; what is not later than this may still be on its way to the new shard.
  std::vector<uint64_t> seen = {};
  bool recovered = false;
  bool is_outdated = false;   // It came from another shard, without what it missed: that is gone.
  bool is_guest = false;      // Its ids name another shard.
  base::ShortText pid;        // Known to the client alone; names the shard too.
  uint64_t connected_at = 0;  // Positions in the log.
  uint64_t lost_at = 0;
  uint64_t offset_before = 0;    // The last one of this shard when it connected.
  base::TimePoint lost_until{};  // While it is lost.
  std::list<std::unique_ptr<Socket>>::iterator place{};  // While it is lost.
  // Of a session that came from another shard: what its client had then.
  uint64_t arrived_offset = 0;

  [[nodiscard]] bool has_had(uint64_t offset) const {
    return !seen.empty() && offset <= seen[offset % seen.size()];
  }
};

//   connected ──loss──► lost ──take──► connected, with its id, rooms, data and what it missed
//                         └── window, bound, or an offset too old ──► forgotten
//
// A lost socket stays a member of its rooms, so that the room directory keeps sending its events
// here; it is in no list of sockets. One per namespace and shard; shard thread only.
// Source: spec/socketio.md 2.5.
class Recovery final : private base::WheelEntry {
 public:
  // Borrows all for life.
  Recovery(Hub& hub, Namespace& nsp, const RecoveryConfig& config);
  ~Recovery() override;

  // Others from now on, for those who are lost from now on. Borrows it for life.
  void set_limits(const RecoveryConfig& config);

  // Gives the socket a private id.
  enum class Events : uint8_t { kNumbered, kPlain };
  void add(Socket& socket, Events events);
  // An event was sent or broadcast. Returns its position.
  uint64_t keep(uint64_t offset, const OutMessage& message, const Selection& to);
  // The socket will not come back.
  void forget(Socket& socket);
  // The connection of a socket that is in no list any more is lost.
  void lose(std::unique_ptr<Socket> socket);
  void forget_all();
  // Nobody may come back, and nobody is on the way here or known to be elsewhere.
  [[nodiscard]] bool empty() const noexcept {
    return lost_.empty() && moved_.empty() && arriving_ == 0;
  }
  // Calls fn(socket, pid) for every session that may be recovered, connected or lost.
  template <class F>
  void for_each(const F& fn) const {
    for (const Socket* socket : by_pid_) fn(*socket, PrivateId{}(*socket));
  }

  // The socket that would come back with these; null: none. It may still seem connected: the client
  // noticed the loss first. `offset` is empty when the client has received nothing.
  [[nodiscard]] Socket* find(std::string_view pid, std::string_view offset) const;

  struct Return {
    std::unique_ptr<Socket> socket;
    std::vector<OutMessage> missed;
  };
  // Takes it: nobody else comes back with this pid. Its events are numbered from now on. Nothing:
  // see `find`, or it missed more than RecoveryConfig::missed_bytes_max; then it is forgotten.
  [[nodiscard]] std::optional<Return> take(std::string_view pid, std::string_view offset);

  // The socket of that private id, whether it can come back or has missed too much; null: none.
  [[nodiscard]] Socket* named(std::string_view pid) const;

  // --- for Handover ---
  [[nodiscard]] bool knows(std::string_view pid) const { return by_pid_.contains(pid); }
  // A lost session leaves for another shard; one that missed too much, without what it missed.
  [[nodiscard]] MovedSession depart(std::string_view pid, std::string_view offset, unsigned shard);
  // The log's position; the namespace stays until `end_arrival`.
  [[nodiscard]] uint64_t expect_arrival();
  void end_arrival() { --arriving_; }
  // It is lost here now. `since` is the position when it was expected. Null: what has been kept
  // since then is more than the log holds.
  Socket* arrive(const MovedSession& moved, uint64_t since);
  // Of the sessions whose private ids name this shard, where those live that left it.
  void note_moved(const std::string& pid, unsigned shard) { moved_[pid] = shard; }
  void forget_moved(const std::string& pid) { moved_.erase(pid); }
  [[nodiscard]] std::optional<unsigned> whereabouts(std::string_view pid) const;

 private:
  struct PrivateId {
    std::string_view operator()(const Socket& socket) const noexcept {
      return socket.resumable_->pid;
    }
  };
  [[nodiscard]] std::optional<uint64_t> resume_from(const Socket& socket,
                                                    std::string_view offset) const;
  [[nodiscard]] std::optional<uint64_t> position_of(const Socket& socket, uint64_t offset) const;
  // Positions. Nothing when they are more than missed_bytes_max.
  [[nodiscard]] std::optional<std::vector<uint64_t>> missed_by(const Socket& lost,
                                                               uint64_t from) const;
  void copy_missed(const MovedSession& moved, uint64_t since);
  [[nodiscard]] std::unique_ptr<Socket> unlist(Socket& lost);
  void drop(Socket& lost);
  void discard(std::unique_ptr<Socket> gone);
  void begin_numbers(Socket& socket, uint64_t from);
  // There are as many lost sessions as there may be, of all namespaces.
  [[nodiscard]] bool is_crowded() const;
  void on_expired(base::TimePoint now) override;

  Hub& hub_;
  Namespace& nsp_;
  const RecoveryConfig* config_;
  EventLog log_;
  base::NameTable<Socket*, PrivateId> by_pid_;          // Connected and lost ones.
  std::list<std::unique_ptr<Socket>> lost_;             // In the order of their loss.
  std::map<std::string, unsigned, std::less<>> moved_;  // Shards, by private id.
  unsigned arriving_ = 0;
};

}  // namespace crema::socketio
