// What backends publish, turned into a broadcast without building a tree.
#pragma once

#include "crema/base/result.h"
#include "crema/socketio/broadcast.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace crema::frappe {

// Why a message was dropped. Source: spec/frappe-realtime.md 5.
enum class DropReason : uint8_t {
  kJson,       // not one JSON object
  kEvent,      // `event` is not a usable name: no string, empty, or reserved
  kRoom,       // `room` is neither a name, a list of names, nor falsy
  kNamespace,  // `namespace` is not a site's name, or a room has none
};
[[nodiscard]] std::string_view to_text(DropReason reason);

// Decodes one message of channel `events`. One strict pass makes it good JSON (NaN and infinities
// become null); the value of `message` is then a slice of it that goes into the frame as it is.
// A falsy room with a namespace means every socket of that site; without one, of every site.
// `scratch` is overwritten. Errors: DropReason. Source: spec/frappe-realtime.md 5.
[[nodiscard]] base::Result<socketio::Broadcast, DropReason> decode_event_message(
    std::string_view payload, std::string& scratch);

}  // namespace crema::frappe
