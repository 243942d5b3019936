#include "crema/socketio/event_log.h"

#include "crema/socketio/counters.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <utility>

namespace crema::socketio {
namespace {

constexpr int kOffsetBase = 36;

}  // namespace

std::string offset_text(uint64_t offset) {
  std::array<char, 16> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), offset, kOffsetBase).ptr;
  return {text.data(), end};
}

// `…"event",args]` becomes `…"event",args,"offset"]`; an event always has its name before it.
OutMessage with_offset(const OutMessage& event, uint64_t offset) {
  std::string_view text = event.text.payload();
  text.remove_prefix(1);  // Engine.IO's type.
  text.remove_suffix(1);
  const std::string end = ",\"" + offset_text(offset) + "\"]";
  return {engineio::OutPacket::text(engineio::PacketType::kMessage, text, end)
              .with(event.text.compress()),
          event.attachments};
}

std::optional<uint64_t> parse_offset(std::string_view text) {
  uint64_t offset = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), offset, kOffsetBase);
  if (error != std::errc() || end != text.data() + text.size() || offset == 0) return std::nullopt;
  return offset;
}

EventLog::EventLog(EventLogPool& pool, size_t bytes_max, base::Duration age_max)
    : pool_(pool), bytes_max_(bytes_max), age_max_(age_max) {}

EventLog::~EventLog() {
  while (!entries_.empty()) drop_oldest();
}

void EventLog::set_bounds(size_t bytes_max, base::Duration age_max) {
  bytes_max_ = bytes_max;
  age_max_ = age_max;
  drop_beyond_bound();
}

uint64_t EventLog::keep(uint64_t offset, OutMessage message, const Selection& to,
                        base::TimePoint now) {
  return keep({.offset = offset,
               .time = now,
               .message = std::move(message),
               .rooms = base::TextList(to.rooms),
               .except = base::TextList(to.except)});
}

uint64_t EventLog::keep_copy(uint64_t offset, OutMessage message, std::string_view id,
                             base::TimePoint now) {
  return keep({.offset = offset,
               .time = now,
               .message = std::move(message),
               .rooms = base::TextList(std::span(&id, 1)),
               .except = {},
               .is_copy = true});
}

uint64_t EventLog::keep(Entry entry) {
  const base::TimePoint now = entry.time;
  entry.bytes = sizeof(Entry) + entry.message.bytes() + entry.rooms.bytes() + entry.except.bytes();
  bytes_ += entry.bytes;
  kRecoveryBytes.add(static_cast<int64_t>(entry.bytes));
  entries_.push_back(std::move(entry));
  entries_.back().log = this;
  pool_.add(entries_.back());
  pool_.drop_outdated(now);
  drop_beyond_bound();
  pool_.drop_beyond_bound();
  return position();
}

void EventLog::drop_beyond_bound() {
  while (bytes_ > bytes_max_) {
    kRecoveryEventsOfOne.add();
    drop_oldest();
  }
}

void EventLog::drop_oldest() {
  const Entry& oldest = entries_.front();
  pool_.remove(oldest);
  bytes_ -= oldest.bytes;
  kRecoveryBytes.sub(static_cast<int64_t>(oldest.bytes));
  entries_.pop_front();
  ++dropped_;
  if (entries_.empty()) return;
  // Nobody has touched the next one since it was kept, and it goes soon.
  entries_.front().message.text.prefetch();
  entries_.front().rooms.prefetch();
}

void EventLogPool::set_bound(size_t bytes_max) {
  bytes_max_ = bytes_max;
  drop_beyond_bound();
}

void EventLogPool::add(EventLog::Entry& entry) {
  entry.older = newest_;
  (newest_ ? newest_->newer : oldest_) = &entry;
  newest_ = &entry;
  bytes_ += entry.bytes;
}

void EventLogPool::remove(const EventLog::Entry& entry) {
  (entry.older ? entry.older->newer : oldest_) = entry.newer;
  (entry.newer ? entry.newer->older : newest_) = entry.older;
  bytes_ -= entry.bytes;
}

// The oldest of all is the oldest of its log.
void EventLogPool::drop_beyond_bound() {
  while (bytes_ > bytes_max_) {
    kRecoveryEventsOfAll.add();
    oldest_->log->drop_oldest();
  }
}

void EventLogPool::drop_outdated(base::TimePoint now) {
  while (oldest_ && oldest_->time + oldest_->log->age_max_ < now) oldest_->log->drop_oldest();
}

// From the newest: who comes back has missed little.
std::optional<uint64_t> EventLog::find(uint64_t offset, std::string_view id) const {
  const auto found = std::find_if(entries_.rbegin(), entries_.rend(), [&](const Entry& entry) {
    return entry.offset == offset && (!entry.is_copy || *entry.rooms.begin() == id);
  });
  if (found == entries_.rend()) return std::nullopt;
  return dropped_ + static_cast<uint64_t>(entries_.rend() - found);
}

bool EventLog::concerns(const Entry& entry, const Rooms& rooms) {
  const auto is_in = [&](std::string_view room) {
    const auto found = rooms.find(room);
    return found != rooms.end() && found->second <= seconds(entry.time);
  };
  const auto any = [&](const base::TextList& names) {
    return std::any_of(names.begin(), names.end(), is_in);
  };
  return !any(entry.except) && (entry.rooms.empty() || any(entry.rooms));
}

}  // namespace crema::socketio
