// The bounds of one HTTP message.
#pragma once

#include <cstddef>

namespace crema::http {

// Longest request target accepted; a longer one is answered 414.
inline constexpr size_t kTargetBytesMax = 8 * 1024;

// Most interim (1xx) answers skipped before the real one; more is a broken server.
inline constexpr size_t kInterimResponsesMax = 8;

// Longest chunk-size line (extensions included) of a chunked body.
inline constexpr size_t kChunkLineBytesMax = 256;

struct Limits {
  // Start line and headers with their line ends; also bounds the trailers of a chunked body.
  size_t head_bytes_max = 16 * 1024;
  size_t headers_max = 100;
  // Decoded bytes of the body.
  size_t body_bytes_max = 1'000'000;
};

}  // namespace crema::http
