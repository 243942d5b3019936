// Where a message's body ends.
#pragma once

#include "crema/http/header.h"

#include <cstdint>
#include <optional>
#include <span>

namespace crema::http {

struct Framing {
  enum class Kind : uint8_t {
    // Neither header is there.
    kUnstated,
    kLength,
    kChunked,
    // A response whose body ends with the stream.
    kUntilClose,
  };

  Kind kind = Kind::kUnstated;
  // Only in kLength.
  uint64_t length = 0;
};

// Reads Content-Length and Transfer-Encoding. None when two parsers could disagree: both headers,
// either one twice, a length that is not digits alone, a coding other than exactly `chunked`, any
// coding in HTTP/1.0. Source: spec hostile-input.md, "WebSocket / HTTP"; RFC 9112, section 6.
[[nodiscard]] std::optional<Framing> framing_of(std::span<const Header> headers, unsigned version);

}  // namespace crema::http
