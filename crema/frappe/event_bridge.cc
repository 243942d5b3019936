#include "crema/frappe/event_bridge.h"

#include "crema/base/log.h"
#include "crema/engineio/config.h"
#include "crema/frappe/counters.h"

#include <utility>

namespace crema::frappe {
namespace {

// What a large message needed is not kept for the small ones.
constexpr size_t kScratchKept = 64 * 1024;

void count(DropReason reason) {
  switch (reason) {
    case DropReason::kJson:
      return kEventsBadJson.add();
    case DropReason::kEvent:
      return kEventsBadEvent.add();
    case DropReason::kRoom:
      return kEventsBadRoom.add();
    case DropReason::kNamespace:
      return kEventsBadSite.add();
  }
}

}  // namespace

base::Result<socketio::Broadcast, DropReason> EventBridge::decode(std::string_view payload) {
  auto broadcast = decode_event_message(payload, scratch_);
  if (scratch_.capacity() > kScratchKept) std::string().swap(scratch_);
  if (!broadcast) {
    count(broadcast.error());
    log::warn("an event was dropped",
              {{"reason", to_text(broadcast.error())}, {"bytes", payload.size()}});
    return broadcast;
  }
  kEventsDelivered.add();
  return broadcast;
}

base::Result<void, DropReason> EventBridge::on_message(std::string_view payload,
                                                       socketio::DeliveryListener delivered) {
  hand_over();
  auto broadcast = decode(payload);
  if (!broadcast) return base::fail(broadcast.error());
  broadcast->delivered = std::move(delivered);
  home_.broadcast(std::move(*broadcast));
  return {};
}

base::Result<void, DropReason> EventBridge::on_one_of_many(std::string_view payload) {
  auto broadcast = decode(payload);
  if (!broadcast) return base::fail(broadcast.error());
  const size_t bytes = broadcast->packet.frames().size();
  const bool fits = waiting_bytes_ + bytes <= engineio::kGatherBytes;
  if (!waiting_.empty() && !(fits && may_follow(waiting_.front(), *broadcast))) hand_over();
  waiting_.push_back(std::move(*broadcast));
  waiting_bytes_ += bytes;
  return {};
}

void EventBridge::hand_over() {
  if (waiting_.empty()) return;
  waiting_bytes_ = 0;
  if (waiting_.size() > 1) {
    home_.broadcast(std::exchange(waiting_, {}));
    return;
  }
  // Mostly one, for which the list keeps its memory. Who hears of it may publish another.
  socketio::Broadcast one = std::move(waiting_.front());
  waiting_.clear();
  home_.broadcast(std::move(one));
}

}  // namespace crema::frappe
