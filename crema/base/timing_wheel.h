// Deadlines for tens of thousands of owners without a timer object each: a hierarchical wheel of
// intrusive entries. Arming and cancelling are O(1); nothing is allocated.
#pragma once

#include "crema/base/clock.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace crema::base {

class TimingWheel;

// Something that wants to be told when a moment has come. Derive, or hold as a member.
// Cancelled by its destructor. Not movable: the wheel points at it.
class WheelEntry {
 public:
  WheelEntry() = default;
  WheelEntry(const WheelEntry&) = delete;
  WheelEntry& operator=(const WheelEntry&) = delete;

  [[nodiscard]] bool armed() const noexcept { return next_ != nullptr; }
  void cancel() noexcept;

 protected:
  virtual ~WheelEntry() { cancel(); }
  // Called once, disarmed, never before the deadline and at most one tick after it in wheel time.
  // May arm itself or others, and may destroy any entry, itself included.
  virtual void on_expired(TimePoint now) = 0;

 private:
  friend class TimingWheel;
  WheelEntry* prev_ = nullptr;
  WheelEntry* next_ = nullptr;
  int64_t tick_ = 0;
  TimingWheel* wheel_ = nullptr;
};

// One per shard, used by its thread only.
class TimingWheel {
 public:
  static constexpr Duration kTick{16};

  explicit TimingWheel(TimePoint now);
  ~TimingWheel();

  // Arms or re-arms. A deadline in the past fires at the next `advance`.
  void arm(WheelEntry& entry, TimePoint deadline);
  // Fires everything due. Returns how many fired.
  size_t advance(TimePoint now);
  // When `advance` should next be called at the latest; nothing while nothing is armed.
  // May be early (a cascade), never late.
  [[nodiscard]] std::optional<TimePoint> next_wakeup() const;
  [[nodiscard]] size_t size() const noexcept { return armed_; }

 private:
  // Four wheels of 64 slots: 16 ms ticks, spans of 1 s, 65 s, 70 min and 74 h. An entry sits in the
  // lowest wheel whose present lap holds its tick; a slot's entries move down when its time comes.
  // The top wheel goes round, and what lies beyond its span waits in its last slot.
  static constexpr int kLevels = 4;
  static constexpr int kSlotBits = 6;
  static constexpr int64_t kSlots = 1 << kSlotBits;

  // The fixed node of a ring of entries; its tick_ is the index of its slot or kNoSlot.
  static constexpr int64_t kNoSlot = -1;
  struct Ring final : WheelEntry {
    Ring();
    ~Ring() override { next_ = nullptr; }
    [[nodiscard]] bool empty() const noexcept { return next_ == this; }
    void take_all(Ring& other) noexcept;
    void on_expired(TimePoint) override {}
  };

  friend class WheelEntry;
  [[nodiscard]] int64_t tick_at_or_after(TimePoint time) const;
  [[nodiscard]] TimePoint time_of(int64_t tick) const { return origin_ + tick * kTick; }
  [[nodiscard]] size_t slot_of(int64_t tick) const;
  [[nodiscard]] std::optional<int64_t> next_event() const;
  void place(WheelEntry& entry);
  static void link(Ring& ring, WheelEntry& entry) noexcept;
  void unlink(WheelEntry& entry) noexcept;
  void enter_tick(int64_t tick);
  void cascade(int level);
  size_t fire(Ring& due, TimePoint now);

  std::array<Ring, static_cast<size_t>(kLevels* kSlots)> slots_;
  Ring overdue_;                              // Armed for a tick that had passed.
  std::array<uint64_t, kLevels> occupied_{};  // A bit per slot that is not empty.
  TimePoint origin_;
  int64_t current_tick_ = 0;
  size_t armed_ = 0;
  bool advancing_ = false;
};

}  // namespace crema::base
