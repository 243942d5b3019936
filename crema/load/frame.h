#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace crema::load {

enum class Opcode : std::uint8_t {
  kContinuation = 0,
  kText = 1,
  kBinary = 2,
  kClose = 8,
  kPing = 9,
  kPong = 10,
};

// One whole frame from a server; the payload is a view into the bytes it was taken from.
struct Frame {
  Opcode opcode = Opcode::kText;
  bool is_final = true;
  std::string_view payload;
};

enum class FrameStatus {
  kWhole,
  kIncomplete,
  kBroken,  // Masked, or with reserved bits: no server may send that.
};

// Takes the first frame off `bytes`, which keeps what follows it. Borrows what `bytes` shows.
// Source: RFC 6455, 5.2.
[[nodiscard]] FrameStatus take_frame(std::string_view& bytes, Frame& frame);

// Appends a final, masked frame, as a client must send it; `payload` is shorter than 64 KB.
// Source: RFC 6455, 5.3.
void append_client_frame(std::string& out, Opcode opcode, std::string_view payload);

}  // namespace crema::load
