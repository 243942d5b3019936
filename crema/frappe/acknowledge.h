// What Crema answers to a client that passed an acknowledgement; Frappe's own never do.
#pragma once

#include "crema/socketio/socket.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace crema::frappe {

inline constexpr std::string_view kNotPermitted = "Not permitted";
inline constexpr std::string_view kCheckFailed = "The permission could not be checked";
inline constexpr std::string_view kCancelled = "Cancelled";
inline constexpr std::string_view kTooManyChecks = "Too many subscriptions are undecided";
inline constexpr std::string_view kCannotJoin = "This room cannot be joined";

// `{"ok":true}`, or `{"ok":false,"error":…}` when `error` is not empty. Nothing without an id.
void acknowledge(socketio::Socket& socket, std::optional<uint64_t> id, std::string_view error = {});

}  // namespace crema::frappe
