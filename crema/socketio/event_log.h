// The last events of one namespace on one shard, for sessions that come back.
#pragma once

#include "crema/base/clock.h"
#include "crema/base/text_list.h"
#include "crema/socketio/out_message.h"
#include "crema/socketio/selection.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace crema::socketio {

// How an event's number is written at its end. Opaque to clients; unique in the process.
[[nodiscard]] std::string offset_text(uint64_t offset);
// What a number adds to an event at most: base 36, quotes, comma, and the longer frame header's.
inline constexpr size_t kNumberBytes = 13 + 3 + 6;
// An event with its number behind its arguments.
[[nodiscard]] OutMessage with_offset(const OutMessage& event, uint64_t offset);
// Nothing when it is none of ours.
[[nodiscard]] std::optional<uint64_t> parse_offset(std::string_view text);

class EventLogPool;

// Shard thread only. In the order in which this shard delivered them; positions count from 1.
class EventLog {
 public:
  struct Entry {
    uint64_t offset;
    base::TimePoint time;
    OutMessage message;    // Without its number.
    base::TextList rooms;  // As Selection's, of which the log keeps many.
    base::TextList except;
    size_t bytes = 0;
    // For one session that came from another shard: others know the offset by another entry.
    bool is_copy = false;
    // In the pool.
    EventLog* log = nullptr;
    Entry* older = nullptr;
    Entry* newer = nullptr;
  };
  // A session's rooms and the second in which it joined each, its own id included.
  using Rooms = std::unordered_map<std::string_view, uint32_t>;

  // Beyond either the oldest go. Borrows the pool for life.
  EventLog(EventLogPool& pool, size_t bytes_max, base::Duration age_max);
  ~EventLog();
  EventLog(const EventLog&) = delete;
  EventLog& operator=(const EventLog&) = delete;

  // Returns the position.
  uint64_t keep(uint64_t offset, OutMessage message, const Selection& to, base::TimePoint now);
  // The same for the session with that id alone.
  uint64_t keep_copy(uint64_t offset, OutMessage message, std::string_view id, base::TimePoint now);

  // Of the newest; 0 before there was one.
  [[nodiscard]] uint64_t position() const noexcept { return dropped_ + entries_.size(); }
  // Whether nothing behind that position is gone.
  [[nodiscard]] bool reaches_back_to(uint64_t position) const { return position >= dropped_; }
  // The position of the event with that offset, as the session with that id received it.
  [[nodiscard]] std::optional<uint64_t> find(uint64_t offset, std::string_view id) const;
  [[nodiscard]] const Entry& at(uint64_t position) const {
    return entries_[position - dropped_ - 1];
  }
  // Whether a member of `rooms` was among the receivers.
  [[nodiscard]] static bool concerns(const Entry& entry, const Rooms& rooms);

  [[nodiscard]] size_t bytes() const noexcept { return bytes_; }

  // Other bounds from now on.
  void set_bounds(size_t bytes_max, base::Duration age_max);

 private:
  friend class EventLogPool;

  uint64_t keep(Entry entry);
  void drop_beyond_bound();
  void drop_oldest();

  EventLogPool& pool_;
  size_t bytes_max_;
  base::Duration age_max_;
  std::deque<Entry> entries_;  // An entry stays where it is until it goes.
  uint64_t dropped_ = 0;
  size_t bytes_ = 0;
};

// What the logs of one shard hold together: beyond its bound the oldest event of all goes, whosever
// it is, so that thousands of sites cost no more than a few busy ones. Shard thread only.
class EventLogPool {
 public:
  explicit EventLogPool(size_t bytes_max) : bytes_max_(bytes_max) {}
  EventLogPool(const EventLogPool&) = delete;
  EventLogPool& operator=(const EventLogPool&) = delete;

  // Another bound from now on.
  void set_bound(size_t bytes_max);

  [[nodiscard]] size_t bytes() const noexcept { return bytes_; }

 private:
  friend class EventLog;

  // `entry` is the newest of all, and of its log.
  void add(EventLog::Entry& entry);
  void remove(const EventLog::Entry& entry);
  void drop_beyond_bound();
  // In every log, the idle ones too.
  void drop_outdated(base::TimePoint now);

  size_t bytes_max_;
  size_t bytes_ = 0;
  EventLog::Entry* oldest_ = nullptr;
  EventLog::Entry* newest_ = nullptr;
};

// What Membership and the log compare.
[[nodiscard]] inline uint32_t seconds(base::TimePoint time) {
  return static_cast<uint32_t>(
      std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count());
}

}  // namespace crema::socketio
