#include "crema/base/timing_wheel.h"

#include "crema/base/check.h"

#include <algorithm>
#include <bit>

namespace crema::base {

void WheelEntry::cancel() noexcept {
  if (armed()) wheel_->unlink(*this);
}

TimingWheel::Ring::Ring() {
  prev_ = next_ = this;
  tick_ = kNoSlot;
}

// Leaves `other` empty; this ring must have been.
void TimingWheel::Ring::take_all(Ring& other) noexcept {
  if (other.empty()) return;
  next_ = other.next_;
  prev_ = other.prev_;
  next_->prev_ = prev_->next_ = this;
  other.prev_ = other.next_ = &other;
}

TimingWheel::TimingWheel(TimePoint now) : origin_(now) {
  for (size_t i = 0; i < slots_.size(); ++i) slots_[i].tick_ = static_cast<int64_t>(i);
}

TimingWheel::~TimingWheel() {
  CREMA_ASSERT(!advancing_);
  for (Ring& slot : slots_) {
    while (!slot.empty()) slot.next_->cancel();
  }
  while (!overdue_.empty()) overdue_.next_->cancel();
}

void TimingWheel::arm(WheelEntry& entry, TimePoint deadline) {
  entry.cancel();
  entry.wheel_ = this;
  entry.tick_ = tick_at_or_after(deadline);
  ++armed_;
  if (entry.tick_ <= current_tick_) {
    link(overdue_, entry);
  } else {
    place(entry);
  }
}

size_t TimingWheel::advance(TimePoint now) {
  CREMA_ASSERT(!advancing_);
  advancing_ = true;
  const int64_t target = now < origin_ ? 0 : (now - origin_) / kTick;
  Ring due;
  due.take_all(overdue_);
  size_t fired = fire(due, now);
  // Whatever a callback arms for a tick not yet passed is still met below; for one that has passed,
  // at the next call: an entry that re-arms itself for `now` cannot hold the thread.
  for (auto next = next_event(); next && *next <= target; next = next_event()) {
    enter_tick(*next);
    const size_t slot = slot_of(current_tick_);
    due.take_all(slots_[slot]);
    occupied_[0] &= ~(uint64_t{1} << slot);
    fired += fire(due, now);
  }
  current_tick_ = std::max(current_tick_, target);
  advancing_ = false;
  return fired;
}

std::optional<TimePoint> TimingWheel::next_wakeup() const {
  if (!overdue_.empty()) return time_of(current_tick_);
  const auto next = next_event();
  if (!next) return std::nullopt;
  return time_of(*next);
}

// Rounded up, so that nothing fires early. Written to hold for TimePoint::max().
int64_t TimingWheel::tick_at_or_after(TimePoint time) const {
  if (time <= origin_) return 0;
  const Duration since = time - origin_;
  return since / kTick + (since % kTick == Duration::zero() ? 0 : 1);
}

// The first tick after the current one at which entries fire or move down.
std::optional<int64_t> TimingWheel::next_event() const {
  for (int level = 0; level < kLevels; ++level) {
    const uint64_t bits = occupied_[static_cast<size_t>(level)];
    if (bits == 0) continue;
    // The lowest wheel in use has it: all it holds lies before the next slot of the one above.
    const int64_t position = current_tick_ >> (kSlotBits * level);
    const uint64_t ahead = std::rotr(bits, static_cast<int>((position + 1) % kSlots));
    return (position + 1 + std::countr_zero(ahead)) << (kSlotBits * level);
  }
  return std::nullopt;
}

size_t TimingWheel::slot_of(int64_t tick) const {
  int level = 0;
  while (level < kLevels - 1 && ((tick ^ current_tick_) >> (kSlotBits * (level + 1))) != 0) ++level;
  const int shift = kSlotBits * level;
  const int64_t farthest = (current_tick_ >> shift) + kSlots - 1;
  const int64_t position = std::min(tick >> shift, farthest);
  return static_cast<size_t>(level * kSlots + position % kSlots);
}

void TimingWheel::place(WheelEntry& entry) {
  const size_t slot = slot_of(entry.tick_);
  link(slots_[slot], entry);
  occupied_[slot / kSlots] |= uint64_t{1} << (slot % kSlots);
}

void TimingWheel::link(Ring& ring, WheelEntry& entry) noexcept {
  entry.prev_ = ring.prev_;
  entry.next_ = &ring;
  ring.prev_->next_ = &entry;
  ring.prev_ = &entry;
}

void TimingWheel::unlink(WheelEntry& entry) noexcept {
  entry.prev_->next_ = entry.next_;
  entry.next_->prev_ = entry.prev_;
  // A ring of one node is the fixed one, alone.
  const bool emptied = entry.prev_ == entry.next_;
  const int64_t slot = emptied ? entry.next_->tick_ : kNoSlot;
  if (slot != kNoSlot) {
    occupied_[static_cast<size_t>(slot / kSlots)] &= ~(uint64_t{1} << (slot % kSlots));
  }
  entry.prev_ = entry.next_ = nullptr;
  --armed_;
}

// Upper wheels first: what they let down may have to go further down at the same tick.
void TimingWheel::enter_tick(int64_t tick) {
  current_tick_ = tick;
  for (int level = kLevels - 1; level > 0; --level) {
    const int64_t lap = int64_t{1} << (kSlotBits * level);
    if (tick % lap == 0) cascade(level);
  }
}

void TimingWheel::cascade(int level) {
  const int64_t position = (current_tick_ >> (kSlotBits * level)) % kSlots;
  Ring moving;
  moving.take_all(slots_[static_cast<size_t>(level * kSlots + position)]);
  occupied_[static_cast<size_t>(level)] &= ~(uint64_t{1} << position);
  while (!moving.empty()) {
    WheelEntry& entry = *moving.next_;
    moving.next_ = entry.next_;
    entry.next_->prev_ = &moving;
    place(entry);
  }
}

// Taken one by one: a callback may destroy any entry, those that still wait in `due` included.
size_t TimingWheel::fire(Ring& due, TimePoint now) {
  size_t fired = 0;
  while (!due.empty()) {
    WheelEntry& entry = *due.next_;
    entry.cancel();
    ++fired;
    entry.on_expired(now);
  }
  return fired;
}

}  // namespace crema::base
