#include "crema/websocket/frame_header.h"

namespace crema::websocket {
namespace {

void write_big_endian(char* out, uint64_t value, size_t bytes) {
  for (size_t i = 0; i < bytes; ++i) {
    out[i] = static_cast<char>(value >> (8 * (bytes - 1 - i)) & 0xFF);
  }
}

uint64_t read_big_endian(std::string_view bytes) {
  uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

}  // namespace

size_t write_server_header(char* out, Opcode opcode, uint64_t payload) {
  const size_t size = server_header_size(payload);
  out[0] = static_cast<char>(0x80 | static_cast<uint8_t>(opcode));
  if (size == 2) {
    out[1] = static_cast<char>(payload);
  } else {
    out[1] = static_cast<char>(size == 4 ? 126 : 127);
    write_big_endian(out + 2, payload, size - 2);
  }
  return size;
}

ServerHeader read_server_header(std::string_view frame) {
  const auto opcode = static_cast<Opcode>(frame[0] & 0x0f);
  const auto length = static_cast<unsigned char>(frame[1]);
  if (length < 126) return {opcode, 2, length};
  const size_t size = length == 126 ? 4 : 10;
  return {opcode, size, static_cast<size_t>(read_big_endian(frame.substr(2, size - 2)))};
}

}  // namespace crema::websocket
