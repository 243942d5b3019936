#include "crema/websocket/close_code.h"

#include "crema/websocket/frame_header.h"

namespace crema::websocket {

bool valid_received_close_code(uint16_t code) {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
         (code >= 3000 && code <= 4999);
}

std::string close_frame(std::optional<uint16_t> code) {
  const size_t payload = code ? 2 : 0;
  std::string frame(server_header_size(payload), '\0');
  write_server_header(frame.data(), Opcode::kClose, payload);
  if (code) {
    frame.push_back(static_cast<char>(*code >> 8));
    frame.push_back(static_cast<char>(*code & 0xFF));
  }
  return frame;
}

}  // namespace crema::websocket
