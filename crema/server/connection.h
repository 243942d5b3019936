// One accepted connection: its descriptor, its deadline and the conversation held on it.
#pragma once

#include "crema/base/prefetch.h"
#include "crema/base/timing_wheel.h"
#include "crema/net/stream.h"
#include "crema/server/connection_limits.h"
#include "crema/server/conversation.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace crema::server {

class Shard;

//   kOpen ──finish(): last bytes written──► kLingering ──peer closes, or Config::linger──► kClosed
//     └──────── peer closes, abort(), release() ─────────────────────────────────────────────┘
//
// Shard thread only. Owned by its shard, which destroys it at the end of
// the turn in which it ended.
class Connection final : private base::WheelEntry, private net::StreamOwner {
 public:
  // Takes over the descriptor.
  Connection(Shard& shard, int descriptor, Peer peer);
  ~Connection();

  [[nodiscard]] Shard& shard() const noexcept { return shard_; }
  // Of the peer, without a port.
  [[nodiscard]] const std::string& address() const noexcept { return peer_.address; }
  [[nodiscard]] const Peer& peer() const noexcept { return peer_; }
  [[nodiscard]] bool open() const noexcept { return state_ == State::kOpen; }
  // As Conversation::idle.
  [[nodiscard]] bool idle() const noexcept { return open() && conversation_->idle(); }
  // The kernel was full; flush() will be called when it is not.
  [[nodiscard]] bool blocked() const noexcept { return blocked_; }

  // Begins to read. Called once, with the first conversation.
  void start(std::unique_ptr<Conversation> conversation);
  // Replaces the conversation; the old one lives until the end of the turn.
  void become(std::unique_ptr<Conversation> conversation);

  // Writes what the kernel takes and returns how much; if not all, waits until writable.
  // After a broken write it takes nothing and the connection is lost at the end of the turn.
  [[nodiscard]] size_t write(std::string_view bytes);
  // Conversation::flush at the end of this turn. Idempotent.
  void flush_soon();
  // Calls Conversation::on_deadline then, unless moved or cleared.
  void set_deadline(base::Duration from_now);
  void clear_deadline() { cancel(); }

  // No more is written: the peer may read what was, then the descriptor is closed.
  void finish();
  // Closes at once.
  void abort();
  // Gives the descriptor away, for another shard; the connection is over here.
  [[nodiscard]] std::optional<int> release();

  // What `write` will touch.
  void prefetch() const noexcept { base::prefetch(stream_, broken_); }

  // --- for Shard ---
  void flush();
  size_t index = 0;  // In the shard's list.

 private:
  enum class State : uint8_t { kOpen, kLingering, kClosed };

  void on_readable() override;
  void on_writable() override;
  void on_broken() override { lose(); }
  void on_end();
  void on_expired(base::TimePoint now) override;
  void lose();

  // What every write touches comes first: see `prefetch`.
  net::Stream stream_;
  Shard& shard_;
  State state_ = State::kOpen;
  bool blocked_ = false;
  bool broken_ = false;
  bool flush_asked_ = false;
  bool ended_ = false;  // The peer sends no more.

  std::unique_ptr<Conversation> conversation_;
  const Peer peer_;
};

}  // namespace crema::server
