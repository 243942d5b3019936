// What a Redis server, or whatever answers in its place, can do wrong.
#pragma once

#include <cstdint>

namespace crema::resp {

enum class Errc : uint8_t {
  kMalformed,        // Not RESP2: an unknown type byte, a bad number, a missing line end.
  kTooLarge,         // A reply, or a string it announces, is beyond Limits::bulk_bytes_max.
  kTooManyElements,  // The arrays of one reply announce more than Limits::elements_max together.
  kTooDeep,          // Arrays nested deeper than Limits::depth_max.
};

}  // namespace crema::resp
