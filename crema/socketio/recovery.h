// Connection state recovery: sessions that lost their connection, waiting to come back.
#pragma once

#include "crema/base/timing_wheel.h"
#include "crema/socketio/config.h"
#include "crema/socketio/event_log.h"
#include "crema/socketio/socket.h"

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace crema::socketio {

class Hub;

// What a socket needs to come back.
struct Resumable {
  std::string pid;           // Known to the client alone; names the shard too.
  uint64_t sent_offset = 0;  // Of the last event sent to it that was kept; 0: none.
  uint64_t sent_position = 0;
  uint64_t connected_at = 0;  // Positions in the log.
  uint64_t lost_at = 0;
  base::TimePoint lost_until{};                          // While it is lost.
  std::list<std::unique_ptr<Socket>>::iterator place{};  // While it is lost.
  bool recovered = false;
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
  Recovery(Hub& hub, const RecoveryConfig& config);
  ~Recovery() override;

  // Gives the socket a private id.
  void add(Socket& socket);
  // An event was sent or broadcast. Returns its position.
  uint64_t keep(uint64_t offset, const OutMessage& message, Selection to);
  // The socket will not come back.
  void forget(Socket& socket);
  // The connection of a socket that is in no list any more is lost.
  void lose(std::unique_ptr<Socket> socket);
  void forget_all();
  [[nodiscard]] bool empty() const noexcept { return lost_.empty(); }

  // The socket that would come back with these; null: none. It may still seem connected: the client
  // noticed the loss first. `offset` is empty when the client has received nothing.
  [[nodiscard]] Socket* find(std::string_view pid, std::string_view offset) const;

  struct Return {
    std::unique_ptr<Socket> socket;
    std::vector<OutMessage> missed;
  };
  // Takes it: nobody else comes back with this pid. Nothing: see `find`, or it missed more than
  // RecoveryConfig::missed_bytes_max; then it is forgotten.
  [[nodiscard]] std::optional<Return> take(std::string_view pid, std::string_view offset);

 private:
  [[nodiscard]] std::optional<uint64_t> resume_from(const Resumable& lost,
                                                    std::string_view offset) const;
  // Nothing when they are more than missed_bytes_max.
  [[nodiscard]] std::optional<std::vector<OutMessage>> missed_by(Socket& lost, uint64_t from) const;
  [[nodiscard]] std::unique_ptr<Socket> unlist(Socket& lost);
  void drop(Socket& lost);
  void on_expired(base::TimePoint now) override;

  Hub& hub_;
  const RecoveryConfig& config_;
  EventLog log_;
  std::unordered_map<std::string_view, Socket*> by_pid_;  // Connected and lost ones.
  std::list<std::unique_ptr<Socket>> lost_;               // In the order of their loss.
};

}  // namespace crema::socketio
