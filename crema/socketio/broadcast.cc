#include "crema/socketio/broadcast.h"

#include "crema/socketio/packet.h"

namespace crema::socketio {

Broadcast make_broadcast(std::string nsp, std::vector<std::string> rooms, std::string_view event,
                         std::string_view args) {
  Selection to{.nsp = std::move(nsp), .rooms = std::move(rooms)};
  return make_broadcast(std::move(to), event, args, nullptr);
}

Broadcast make_broadcast(Selection to, std::string_view event, std::string_view args,
                         Attachments attachments, std::shared_ptr<const BroadcastAck> ack) {
  EventHead head{.attachments = count(attachments)};
  if (ack) head.ack_id = ack->id;
  Broadcast broadcast;
  broadcast.packet = engineio::OutPacket::text(engineio::PacketType::kMessage,
                                               encode_event(to.nsp, event, args, head));
  static_cast<Selection&>(broadcast) = std::move(to);
  broadcast.attachments = std::move(attachments);
  broadcast.ack = std::move(ack);
  return broadcast;
}

Broadcast make_broadcast_everywhere(std::string event, std::string args) {
  Broadcast broadcast;
  broadcast.event = std::move(event);
  broadcast.args = std::move(args);
  return broadcast;
}

}  // namespace crema::socketio
