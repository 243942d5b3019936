// One packet on its way out, encoded once whatever the number and kind of its receivers.
#pragma once

#include "crema/base/shared_bytes.h"
#include "crema/engineio/packet.h"
#include "crema/websocket/frame_header.h"

#include <cstdint>
#include <string_view>

namespace crema::engineio {

// Whether a polling body may be compressed for this packet's sake. A WebSocket's frame has no such
// choice. Source: spec/socketio.md 1.5.
enum class Compress : uint8_t { kNo, kYes };

// A whole WebSocket frame: the header, then the payload that polling sends without it. Shared by
// all queues it waits in. Immutable; any thread.
class OutPacket {
 public:
  OutPacket() = default;

  // A text packet: type digit and data.
  [[nodiscard]] static OutPacket text(PacketType type, std::string_view data);
  // A binary message.
  [[nodiscard]] static OutPacket binary(std::string_view data);

  // The same bytes.
  [[nodiscard]] OutPacket with(Compress compress) const {
    OutPacket packet = *this;
    packet.compress_ = compress;
    return packet;
  }

  [[nodiscard]] Compress compress() const noexcept { return compress_; }
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
  Compress compress_ = Compress::kYes;
};

}  // namespace crema::engineio
