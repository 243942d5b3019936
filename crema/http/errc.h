// What can be wrong with an HTTP message.
#pragma once

#include <cstdint>

namespace crema::http {

enum class Errc : uint8_t {
  // Not a request of HTTP/1.0 or 1.1 as strict as we read it.
  kBadRequest = 1,
  // Longer than Limits::head_bytes_max.
  kHeadTooLarge,
  // Longer than kTargetBytesMax.
  kTargetTooLong,
  // More than Limits::body_bytes_max, announced or received.
  kBodyTooLarge,
  // The server we called did not answer in HTTP, or not within the bounds of a head.
  kBadResponse,
  // The server we called closed the connection before its answer was complete.
  kClosedEarly,
};

// The status a client gets for it: 400, 431, 414 or 413; 502 for an error of a server we called.
[[nodiscard]] unsigned status_of(Errc error);

}  // namespace crema::http
