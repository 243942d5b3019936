#include "crema/websocket/client_frame.h"

#include "crema/websocket/mask.h"

#include <array>

namespace crema::websocket {

std::string client_frame(Opcode opcode, std::string_view payload, uint32_t mask,
                         Fragment fragment) {
  std::string frame(server_header_size(payload.size()), '\0');
  const size_t header_size = write_server_header(frame.data(), opcode, payload.size());
  if (fragment == Fragment::kMore) frame[0] = static_cast<char>(frame[0] & 0x0F);
  frame[1] = static_cast<char>(frame[1] | 0x80);

  const MaskKey key{static_cast<char>(mask >> 24), static_cast<char>(mask >> 16),
                    static_cast<char>(mask >> 8), static_cast<char>(mask)};
  frame.append(key.data(), key.size()).append(payload);
  apply_mask(std::span{frame}.subspan(header_size + key.size()), key, 0);
  return frame;
}

}  // namespace crema::websocket
