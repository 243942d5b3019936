#include "crema/socketio/out_message.h"

namespace crema::socketio {

Attachments make_attachments(std::span<const std::string> attachments,
                             engineio::Compress compress) {
  if (attachments.empty()) return nullptr;
  auto packets = std::make_shared<std::vector<engineio::OutPacket>>();
  packets->reserve(attachments.size());
  for (const std::string& bytes : attachments) {
    packets->push_back(engineio::OutPacket::binary(bytes).with(compress));
  }
  return packets;
}

OutMessage OutMessage::from(std::string_view packet, Attachments attachments,
                            engineio::Compress compress) {
  return {engineio::OutPacket::text(engineio::PacketType::kMessage, packet).with(compress),
          std::move(attachments)};
}

size_t OutMessage::bytes() const {
  size_t total = text.frames().size();
  if (!attachments) return total;
  for (const engineio::OutPacket& packet : *attachments) total += packet.frames().size();
  return total;
}

}  // namespace crema::socketio
