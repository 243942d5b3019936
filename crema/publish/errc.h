// Why an event cannot be published.
#pragma once

#include <cstdint>

namespace crema::publish {

enum class Errc : uint8_t {
  kNoEvent,        // The event has no name.
  kReservedEvent,  // Socket.IO keeps this name for itself; the server would drop it.
  kNoRoom,         // No room: it would go to every socket of every site.
  kNoSite,         // No namespace: it would reach nobody.
  kBadName,        // The event, room or site is not UTF-8.
  kBadMessage,     // The message is not JSON.
};

}  // namespace crema::publish
