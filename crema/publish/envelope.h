// An event as Frappe's backends publish it to Redis, for Crema or Node's realtime process.
#pragma once

#include "crema/base/result.h"
#include "crema/publish/errc.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace crema::publish {

// The Redis channel. Source: frappe-realtime 5.
inline constexpr std::string_view kChannel = "events";

// Borrows everything for the call.
struct Event {
  std::string_view event;
  std::string_view message;  // JSON text.
  std::string_view room;     // room_names.h
  std::string_view site;
};

// Line and column, from 1, are those of a bad message; 0 otherwise.
struct EnvelopeError {
  Errc code;
  size_t line = 0;
  size_t column = 0;
  std::string detail = {};
};

// {"event":…,"message":…,"namespace":…,"room":…}. The message keeps its numbers and strings byte
// for byte and loses its white space; NaN and infinities are refused: they are not JSON.
// Errors: all of Errc. Source: frappe-realtime 5, 6.4.
[[nodiscard]] base::Result<std::string, EnvelopeError> encode_envelope(const Event& event);

// Why `message` is not JSON, and where. Slow: for messages that were refused.
[[nodiscard]] EnvelopeError explain_message(std::string_view message);

// For the person who published: what is wrong, and where in the message.
[[nodiscard]] std::string to_string(const EnvelopeError& error);

}  // namespace crema::publish
