#include "crema/socketio/burst.h"

#include <algorithm>
#include <utility>

namespace crema::socketio {
namespace {

bool is_plain(const Broadcast& broadcast) {
  return !broadcast.nsp.empty() && broadcast.delivery == Delivery::kQueued &&
         !broadcast.attachments && !broadcast.ack && !broadcast.delivered;
}

}  // namespace

bool may_follow(const Broadcast& first, const Broadcast& next) {
  return is_plain(first) && is_plain(next) && first.nsp == next.nsp && first.rooms == next.rooms &&
         first.except == next.except;
}

Burst make_burst(std::vector<Broadcast> events) {
  std::vector<engineio::OutPacket> packets;
  packets.reserve(events.size());
  for (const Broadcast& event : events) packets.push_back(event.packet);
  return {std::move(events), engineio::OutPacket::joined(packets)};
}

}  // namespace crema::socketio
