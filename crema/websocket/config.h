// The bounds of the WebSocket decoder.
#pragma once

#include <cstddef>

namespace crema::websocket {

// Frames of one message; one more is answered with 1008.
inline constexpr size_t kFragmentsMax = 1024;

// Payload of a close, ping or pong. Source: RFC 6455, section 5.5.
inline constexpr size_t kControlBytesMax = 125;

// What a decoder owns for an incomplete frame beside the payload of its message.
inline constexpr size_t kPartialBytesMax = 320;

}  // namespace crema::websocket
