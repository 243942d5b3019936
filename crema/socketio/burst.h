// Events for the same receivers, one behind the other, handed to each of them as one.
#pragma once

#include "crema/engineio/out_packet.h"
#include "crema/socketio/broadcast.h"

#include <vector>

namespace crema::socketio {

// Built once, on any thread; read by every shard concerned. What N events cost per receiver is then
// what one costs.
struct Burst {
  std::vector<Broadcast> events;  // At least two: see `may_follow`.
  engineio::OutPacket packets;    // Theirs, joined.
};

// Whether both go to the same receivers and neither asks for more than to be sent: they are of one
// namespace, and without attachments, acknowledgement or listener.
[[nodiscard]] bool may_follow(const Broadcast& first, const Broadcast& next);
[[nodiscard]] Burst make_burst(std::vector<Broadcast> events);

}  // namespace crema::socketio
