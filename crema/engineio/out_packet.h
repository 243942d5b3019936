// A packet on its way out, or some back to back, encoded once whatever the number and kind of its
// receivers.
#pragma once

#include "crema/base/prefetch.h"
#include "crema/base/shared_bytes.h"
#include "crema/engineio/packet.h"
#include "crema/websocket/frame_header.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace crema::engineio {

// Whether a polling body may be compressed for this packet's sake. A WebSocket's frame has no such
// choice. Source: spec/socketio.md 1.5.
enum class Compress : uint8_t { kNo, kYes };

// Whole WebSocket frames, mostly one: the header, then the payload that polling sends without it.
// Shared by all queues it waits in. Immutable; any thread.
class OutPacket {
 public:
  OutPacket() = default;

  // A text packet: type digit and data, which may come in two pieces.
  [[nodiscard]] static OutPacket text(PacketType type, std::string_view data,
                                      std::string_view more = {});
  // A binary message.
  [[nodiscard]] static OutPacket binary(std::string_view data);
  // All of them, in their order: one entry of a queue, one `send`.
  [[nodiscard]] static OutPacket joined(std::span<const OutPacket> packets);

  // The same bytes.
  [[nodiscard]] OutPacket with(Compress compress) const {
    OutPacket packet = *this;
    packet.compress_ = compress;
    return packet;
  }

  [[nodiscard]] Compress compress() const noexcept { return compress_; }
  // What a WebSocket carries.
  [[nodiscard]] std::string_view frames() const noexcept { return bytes_.view(); }
  // What a polling body carries (binary: to be base64); of joined packets, the first one's.
  [[nodiscard]] std::string_view payload() const noexcept { return first_of(frames()).payload; }
  [[nodiscard]] bool is_binary() const noexcept { return first_of(frames()).is_binary; }
  // Calls fn(payload, is_binary) for each.
  template <class F>
  void for_each(const F& fn) const {
    for (std::string_view rest = frames(); !rest.empty();) {
      const Frame frame = first_of(rest);
      fn(frame.payload, frame.is_binary);
      rest.remove_prefix(frame.size);
    }
  }
  [[nodiscard]] explicit operator bool() const noexcept { return static_cast<bool>(bytes_); }
  // See base::prefetch: what giving up the last reference touches.
  void prefetch() const noexcept {
    if (bytes_) base::prefetch(*bytes_.data());
  }

 private:
  struct Frame {
    size_t size;
    std::string_view payload;
    bool is_binary;
  };
  // `frames` are ours, and not none.
  [[nodiscard]] static Frame first_of(std::string_view frames) noexcept;
  [[nodiscard]] static OutPacket build(websocket::Opcode opcode, std::string_view prefix,
                                       std::string_view data, std::string_view more);

  base::SharedBytes bytes_;
  Compress compress_ = Compress::kYes;
};

}  // namespace crema::engineio
