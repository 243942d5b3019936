#pragma once

#include "crema/base/result.h"

#include <cstdint>

namespace crema::engineio {

enum class Errc : uint8_t {
  kEmptyPacket,     // a packet without its type digit
  kBadPacketType,   // a first character other than 0 to 6
  kTooManyPackets,  // a polling payload beyond Config::payload_packets_max
};

template <class T>
using Result = base::Result<T, Errc>;

}  // namespace crema::engineio
