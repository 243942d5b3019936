#pragma once

#include "crema/base/result.h"

#include <cstdint>

namespace crema::socketio {

enum class Errc : uint8_t {
  kBadType,         // empty, or a first character other than 0 to 6
  kBadAttachments,  // a count that is not 1 to kAttachmentsMax followed by `-`
  kBadAckId,        // more than kAckIdDigitsMax digits
  kBadPayload,      // not JSON, too deep, or not of the type's shape
  kReservedEvent,  // connect, connect_error, disconnect, disconnecting, newListener, removeListener
};

template <class T>
using Result = base::Result<T, Errc>;

}  // namespace crema::socketio
