#include "crema/engineio/out_packet.h"

#include <cstring>

namespace crema::engineio {

OutPacket OutPacket::build(websocket::Opcode opcode, std::string_view prefix, std::string_view data,
                           std::string_view more) {
  const size_t payload = prefix.size() + data.size() + more.size();
  char header[websocket::kServerHeaderMax];
  const size_t head = websocket::write_server_header(header, opcode, payload);
  OutPacket packet;
  packet.bytes_ = base::SharedBytes::uninitialized(head + payload);
  char* out = packet.bytes_.mutable_data();
  std::memcpy(out, header, head);
  out += head;
  out += prefix.copy(out, prefix.size());
  out += data.copy(out, data.size());
  more.copy(out, more.size());
  return packet;
}

OutPacket OutPacket::text(PacketType type, std::string_view data, std::string_view more) {
  const char digit = static_cast<char>(type);
  return build(websocket::Opcode::kText, {&digit, 1}, data, more);
}

OutPacket OutPacket::binary(std::string_view data) {
  return build(websocket::Opcode::kBinary, {}, data, {});
}

OutPacket OutPacket::joined(std::span<const OutPacket> packets) {
  size_t size = 0;
  for (const OutPacket& each : packets) size += each.frames().size();
  OutPacket joined;
  joined.bytes_ = base::SharedBytes::uninitialized(size);
  joined.compress_ = Compress::kNo;
  char* out = joined.bytes_.mutable_data();
  for (const OutPacket& each : packets) {
    out += each.frames().copy(out, each.frames().size());
    if (each.compress_ == Compress::kYes) joined.compress_ = Compress::kYes;
  }
  return joined;
}

OutPacket::Frame OutPacket::first_of(std::string_view frames) noexcept {
  const websocket::ServerHeader header = websocket::read_server_header(frames);
  return {.size = header.size + header.payload,
          .payload = frames.substr(header.size, header.payload),
          .is_binary = header.opcode == websocket::Opcode::kBinary};
}

}  // namespace crema::engineio
