// How a WebSocket peer can break the protocol.
#pragma once

#include <cstdint>

namespace crema::websocket {

enum class Errc : uint8_t {
  // A frame of a client without a mask.
  kUnmaskedFrame = 1,
  // RSV1, RSV2 or RSV3 is set, and no extension was agreed.
  kReservedBits,
  // Opcode 3 to 7 or 11 to 15.
  kReservedOpcode,
  // A close, ping or pong without FIN.
  kFragmentedControl,
  // A close, ping or pong of more than 125 bytes.
  kControlTooLong,
  // A length not in its shortest form, or with its highest bit set.
  kBadLength,
  // A continuation without a message to continue.
  kUnexpectedContinuation,
  // A new message before the last fragment of the one under way.
  kMessageInterleaved,
  // A close frame whose payload is one byte, or whose code may not be sent.
  kBadClose,
  // A text message, or the reason of a close frame, is not UTF-8.
  kInvalidUtf8,
  // More than the decoder's message_bytes_max, as announced or summed over fragments.
  kMessageTooBig,
  // A message of more than kFragmentsMax frames, empty ones included.
  kTooManyFragments,
  // Handshake: Sec-WebSocket-Protocol is no list of distinct tokens.
  kBadSubprotocol,
  // Handshake: Sec-WebSocket-Extensions does not follow the grammar.
  kBadExtension,
};

// The code of the close frame that answers a decoder's error: 1002, 1007, 1008 or 1009.
[[nodiscard]] uint16_t close_code_of(Errc error);

}  // namespace crema::websocket
