#include "crema/socketio/burst.h"

#include <algorithm>
#include <utility>

namespace crema::socketio {
namespace {

bool is_plain(const Broadcast& broadcast) {
  return !broadcast.nsp.empty() && broadcast.delivery == Delivery::kQueued &&
         !broadcast.attachments && !broadcast.ack && !broadcast.delivered;
}

engineio::OutPacket joined(const std::vector<Broadcast>& events,
                           engineio::OutPacket Broadcast::*packet) {
  std::vector<engineio::OutPacket> packets;
  packets.reserve(events.size());
  for (const Broadcast& event : events) packets.push_back(event.*packet);
  return engineio::OutPacket::joined(packets);
}

}  // namespace

bool may_follow(const Broadcast& first, const Broadcast& next) {
  return is_plain(first) && is_plain(next) && first.nsp == next.nsp && first.rooms == next.rooms &&
         first.except == next.except;
}

Burst make_burst(std::vector<Broadcast> events) {
  Burst burst;
  burst.packets = joined(events, &Broadcast::packet);
  if (events.front().offset != 0) burst.numbered = joined(events, &Broadcast::numbered);
  burst.events = std::move(events);
  return burst;
}

}  // namespace crema::socketio
