// One event on its way to many sockets. Built once, on any thread; read by every shard concerned.
#pragma once

#include "crema/engineio/out_packet.h"
#include "crema/socketio/out_message.h"
#include "crema/socketio/pending_acks.h"
#include "crema/socketio/selection.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace crema::socketio {

// Whether a client that cannot take an event now gets it later.
enum class Delivery : uint8_t { kQueued, kVolatile };

// The receivers are to acknowledge. Both functions are called on the delivering shard's thread.
struct BroadcastAck {
  uint64_t id;
  base::Duration timeout;
  // Once per shard, with the number of its receivers, before any of them has answered.
  std::function<void(size_t receivers)> reached;
  // Once per receiver.
  AckHandler ended;
};

// Told to how many sockets of a shard an event went, on the thread of each shard that has some.
using DeliveryListener = std::function<void(size_t receivers)>;

// Source: spec/frappe-realtime.md 5 (one room, several, none), spec/socketio.md 3.5.
struct Broadcast : Selection {
  // Encoded for `nsp`. Empty when `nsp` is: then it is encoded per namespace from `event`, `args`.
  engineio::OutPacket packet;
  Attachments attachments;
  std::string event;
  std::string args;
  Delivery delivery = Delivery::kQueued;
  std::shared_ptr<const BroadcastAck> ack;  // Null: none is wanted.
  DeliveryListener delivered;               // Empty: nobody asks.
  uint64_t offset = 0;                      // Its number, when it is to be kept: Hub::number.
};

// `args` is normalised JSON, joined by commas.
[[nodiscard]] Broadcast make_broadcast(std::string nsp, std::vector<std::string> rooms,
                                       std::string_view event, std::string_view args);
// `args` names the attachments by number. `ack`, when given, holds the id.
[[nodiscard]] Broadcast make_broadcast(Selection to, std::string_view event, std::string_view args,
                                       Attachments attachments,
                                       std::shared_ptr<const BroadcastAck> ack = {});
[[nodiscard]] Broadcast make_broadcast_everywhere(std::string event, std::string args);

}  // namespace crema::socketio
