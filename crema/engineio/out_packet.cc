#include "crema/engineio/out_packet.h"

#include <cstring>

namespace crema::engineio {
namespace {

// A server's frame is unmasked, so its second byte is the length or announces a longer one.
size_t header_size(std::string_view frame) {
  const auto length = static_cast<unsigned char>(frame[1]);
  return length < 126 ? 2 : length == 126 ? 4 : 10;
}

}  // namespace

OutPacket OutPacket::build(websocket::Opcode opcode, std::string_view prefix,
                           std::string_view data) {
  const size_t payload = prefix.size() + data.size();
  char header[websocket::kServerHeaderMax];
  const size_t head = websocket::write_server_header(header, opcode, payload);
  OutPacket packet;
  packet.bytes_ = base::SharedBytes::uninitialized(head + payload);
  char* out = packet.bytes_.mutable_data();
  std::memcpy(out, header, head);
  prefix.copy(out + head, prefix.size());
  data.copy(out + head + prefix.size(), data.size());
  return packet;
}

OutPacket OutPacket::text(PacketType type, std::string_view data) {
  const char digit = static_cast<char>(type);
  return build(websocket::Opcode::kText, {&digit, 1}, data);
}

OutPacket OutPacket::binary(std::string_view data) {
  return build(websocket::Opcode::kBinary, {}, data);
}

std::string_view OutPacket::payload() const noexcept {
  return frame().substr(header_size(frame()));
}

bool OutPacket::is_binary() const noexcept {
  return (frame()[0] & 0x0f) == static_cast<char>(websocket::Opcode::kBinary);
}

}  // namespace crema::engineio
