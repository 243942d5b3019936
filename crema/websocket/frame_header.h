// Frame headers as a server writes them. Source: RFC 6455, section 5.2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace crema::websocket {

enum class Opcode : uint8_t {
  kContinuation = 0x0,
  kText = 0x1,
  kBinary = 0x2,
  kClose = 0x8,
  kPing = 0x9,
  kPong = 0xA,
};

[[nodiscard]] constexpr bool is_control(Opcode opcode) {
  return (static_cast<uint8_t>(opcode) & 0x8) != 0;
}

inline constexpr size_t kServerHeaderMax = 10;

// Bytes of the header of a frame with that many bytes of payload: 2, 4 or 10.
[[nodiscard]] constexpr size_t server_header_size(uint64_t payload) {
  return payload < 126 ? 2 : payload < 65536 ? 4 : 10;
}

// Writes the header of an unmasked frame with FIN and returns its size. `out` has room for
// `server_header_size(payload)` bytes.
size_t write_server_header(char* out, Opcode opcode, uint64_t payload);

struct ServerHeader {
  Opcode opcode;
  size_t size;     // Of the header.
  size_t payload;  // Of what follows it.
};
// What `write_server_header` wrote at the beginning of `frame`.
[[nodiscard]] ServerHeader read_server_header(std::string_view frame);

}  // namespace crema::websocket
