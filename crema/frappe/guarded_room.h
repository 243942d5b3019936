// What a room's name says about who may be in it. Source: spec/frappe-realtime.md 4.1.
#pragma once

#include "crema/frappe/subscriptions.h"

#include <optional>
#include <string_view>

namespace crema::frappe {

// What has to be asked before a socket joins the room; nothing for a room that needs no permission.
// A document is split from its doctype, which has no slash, at the first one. Who opens a document
// of that name tells its viewers the name as text, even if the client once sent a number.
[[nodiscard]] std::optional<Subscription> guarded_room(std::string_view room);

// A room that a client subscribed to: the others follow from who it is.
[[nodiscard]] bool is_subscribed_room(std::string_view room);

}  // namespace crema::frappe
