#include "crema/frappe/event_bridge.h"

#include "crema/base/log.h"
#include "crema/frappe/counters.h"

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

base::Result<void, DropReason> EventBridge::on_message(std::string_view payload,
                                                       socketio::DeliveryListener delivered) {
  auto broadcast = decode_event_message(payload, scratch_);
  if (scratch_.capacity() > kScratchKept) std::string().swap(scratch_);
  if (!broadcast) {
    count(broadcast.error());
    log::warn("an event was dropped",
              {{"reason", to_text(broadcast.error())}, {"bytes", payload.size()}});
    return base::fail(broadcast.error());
  }
  kEventsDelivered.add();
  broadcast->delivered = std::move(delivered);
  home_.broadcast(std::move(*broadcast));
  return {};
}

}  // namespace crema::frappe
