#include "crema/load/frame.h"

#include <array>
#include <cstddef>

namespace crema::load {
namespace {

constexpr unsigned kFinalBit = 0x80;
constexpr unsigned kReservedBits = 0x70;
constexpr unsigned kMaskBit = 0x80;
// A constant key is a legal key; the server has to unmask all the same.
constexpr std::array<char, 4> kMaskKey{0x37, 0x7a, 0x21, 0x3d};

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

}  // namespace

FrameStatus take_frame(std::string_view& bytes, Frame& frame) {
  if (bytes.size() < 2) return FrameStatus::kIncomplete;
  const auto first = static_cast<unsigned char>(bytes[0]);
  const auto second = static_cast<unsigned char>(bytes[1]);
  if ((first & kReservedBits) != 0 || (second & kMaskBit) != 0) return FrameStatus::kBroken;

  std::size_t header = 2;
  std::uint64_t length = second;
  if (length >= 126) {
    const std::size_t length_bytes = length == 126 ? 2 : 8;
    header += length_bytes;
    if (bytes.size() < header) return FrameStatus::kIncomplete;
    length = big_endian(bytes.substr(2, length_bytes));
  }
  if (bytes.size() - header < length) return FrameStatus::kIncomplete;

  frame = {.opcode = static_cast<Opcode>(first & 0x0f),
           .is_final = (first & kFinalBit) != 0,
           .payload = bytes.substr(header, length)};
  bytes.remove_prefix(header + length);
  return FrameStatus::kWhole;
}

void append_client_frame(std::string& out, Opcode opcode, std::string_view payload) {
  out += static_cast<char>(kFinalBit | static_cast<unsigned>(opcode));
  if (payload.size() < 126) {
    out += static_cast<char>(kMaskBit | payload.size());
  } else {
    out += static_cast<char>(kMaskBit | 126);
    out += static_cast<char>(payload.size() >> 8);
    out += static_cast<char>(payload.size() & 0xff);
  }
  out.append(kMaskKey.data(), kMaskKey.size());
  for (std::size_t i = 0; i < payload.size(); ++i) {
    out += static_cast<char>(payload[i] ^ kMaskKey[i % kMaskKey.size()]);
  }
}

}  // namespace crema::load
