#include "crema/websocket/client_header.h"

#include "crema/websocket/config.h"

#include <algorithm>

namespace crema::websocket {
namespace {

using Header = base::Result<std::optional<ClientHeader>, Errc>;

uint8_t byte_at(std::string_view bytes, size_t i) { return static_cast<uint8_t>(bytes[i]); }

base::Result<ClientHeader, Errc> parse_first_byte(uint8_t byte) {
  if ((byte & 0x70) != 0) return base::fail(Errc::kReservedBits);
  const uint8_t opcode = byte & 0x0F;
  if ((opcode > 2 && opcode < 8) || opcode > 10) return base::fail(Errc::kReservedOpcode);
  ClientHeader header{.opcode = static_cast<Opcode>(opcode), .fin = (byte & 0x80) != 0};
  if (is_control(header.opcode) && !header.fin) return base::fail(Errc::kFragmentedControl);
  return header;
}

size_t length_size(uint8_t short_length) {
  return short_length == 127 ? 8 : short_length == 126 ? 2 : 0;
}

uint64_t big_endian(std::string_view bytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < bytes.size(); ++i) value = value << 8 | byte_at(bytes, i);
  return value;
}

// Source: RFC 6455, section 5.2: "the minimal number of bytes MUST be used".
bool is_minimal(uint8_t short_length, uint64_t length) {
  if (short_length == 126) return length >= 126;
  return length >= 65536 && length >> 63 == 0;
}

}  // namespace

Header parse_client_header(std::string_view bytes) {
  if (bytes.empty()) return std::nullopt;
  base::Result<ClientHeader, Errc> header = parse_first_byte(byte_at(bytes, 0));
  if (!header) return base::fail(header.error());
  if (bytes.size() < 2) return std::nullopt;
  if ((byte_at(bytes, 1) & 0x80) == 0) return base::fail(Errc::kUnmaskedFrame);
  const uint8_t short_length = byte_at(bytes, 1) & 0x7F;
  if (is_control(header->opcode) && short_length > kControlBytesMax) {
    return base::fail(Errc::kControlTooLong);
  }

  const size_t extra = length_size(short_length);
  if (bytes.size() < 2 + extra) return std::nullopt;
  header->payload = extra == 0 ? short_length : big_endian(bytes.substr(2, extra));
  if (extra > 0 && !is_minimal(short_length, header->payload)) {
    return base::fail(Errc::kBadLength);
  }

  header->size = static_cast<uint8_t>(2 + extra + header->mask.size());
  if (bytes.size() < header->size) return std::nullopt;
  std::ranges::copy(bytes.substr(2 + extra, header->mask.size()), header->mask.begin());
  return *header;
}

}  // namespace crema::websocket
