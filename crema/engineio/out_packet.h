// One packet on its way out, encoded once whatever the number and kind of its receivers.
#pragma once

#include "crema/base/shared_bytes.h"
#include "crema/engineio/packet.h"
#include "crema/websocket/frame_header.h"

#include <string_view>

namespace crema::engineio {

// A whole WebSocket frame: the header, then the payload that polling sends without it. Eight
// bytes wide, shared by all queues it waits in. Immutable; any thread.
class OutPacket {
 public:
  OutPacket() = default;

  // A text packet: type digit and data.
  [[nodiscard]] static OutPacket text(PacketType type, std::string_view data);
  // A binary message.
  [[nodiscard]] static OutPacket binary(std::string_view data);

  // What a WebSocket carries.
  [[nodiscard]] std::string_view frame() const noexcept { return bytes_.view(); }
  // What a polling body carries (binary: to be base64).
  [[nodiscard]] std::string_view payload() const noexcept;
  [[nodiscard]] bool is_binary() const noexcept;
  [[nodiscard]] explicit operator bool() const noexcept { return static_cast<bool>(bytes_); }

 private:
  [[nodiscard]] static OutPacket build(websocket::Opcode opcode, std::string_view prefix,
                                       std::string_view data);

  base::SharedBytes bytes_;
};

}  // namespace crema::engineio
