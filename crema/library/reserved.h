// Names that the program may not use for its own events: misuse, so it throws.
#pragma once

#include "crema/socketio/packet.h"

#include <stdexcept>
#include <string>
#include <string_view>

namespace crema::library {

inline void refuse_reserved(std::string_view event) {
  if (!socketio::is_reserved_event(event)) return;
  throw std::logic_error("crema: \"" + std::string(event) + "\" is a reserved event name");
}

}  // namespace crema::library
