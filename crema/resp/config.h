// The bounds of everything read from Redis.
#pragma once

#include <cstddef>

namespace crema::resp {

struct Limits {
  size_t bulk_bytes_max = 16 * 1024 * 1024;  // One whole reply, its framing included.
  size_t elements_max = 64 * 1024;           // Over all arrays of one reply.
  size_t depth_max = 7;                      // The most hiredis' reader supports.
};

}  // namespace crema::resp
