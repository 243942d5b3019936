#include "crema/library/room_events.h"

#include "crema/library/guarded.h"

#include <utility>

namespace crema::library {

void RoomEvents::listen(Kind kind, Listener listener) {
  const std::lock_guard lock(mutex_);
  auto changed = std::make_shared<Listeners>(*listeners_);
  changed->push_back({kind, std::move(listener)});
  listeners_ = std::move(changed);
  wanted_ = true;
}

void RoomEvents::joined(const std::vector<std::string>& rooms, const std::string& id) {
  std::unique_lock lock(mutex_);
  for (const std::string& room : rooms) {
    if (members_[room]++ == 0) happened_.push_back({Kind::kCreate, room, {}});
    happened_.push_back({Kind::kJoin, room, id});
  }
  tell(lock);
}

void RoomEvents::left(const std::vector<std::string>& rooms, const std::string& id) {
  std::unique_lock lock(mutex_);
  for (const std::string& room : rooms) {
    const auto found = members_.find(room);
    if (found == members_.end()) continue;
    happened_.push_back({Kind::kLeave, room, id});
    if (--found->second != 0) continue;
    happened_.push_back({Kind::kDelete, room, {}});
    members_.erase(found);
  }
  tell(lock);
}

// A thread that is telling goes on with what others add, and with what its listeners cause.
void RoomEvents::tell(std::unique_lock<std::mutex>& lock) {
  if (std::exchange(telling_, true)) return;
  while (!happened_.empty()) {
    const Happened next = std::move(happened_.front());
    happened_.pop_front();
    const std::shared_ptr<const Listeners> listeners = listeners_;
    lock.unlock();
    for (const Registered& each : *listeners) {
      if (each.kind != next.kind) continue;
      (void)guarded("a listener of rooms", [&] { each.listener(next.room, next.id); });
    }
    lock.lock();
  }
  telling_ = false;
}

}  // namespace crema::library
