#pragma once

#include "crema/load/options.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crema::load {

// What each message carries beside its padding, and every delivery is judged by.
struct Stamp {
  std::uint64_t sequence = 0;
  // CLOCK_MONOTONIC when the message was handed to Redis.
  std::uint64_t sent_ns = 0;
};

// Writes the JSON that Frappe's publish_realtime puts on the channel: keys sorted, indented by one
// space. The time travels as a string, because a JSON number is a double on its way through Node.
[[nodiscard]] std::string make_envelope(const Options& options, Stamp stamp);

// What every delivery starts with: the event packet up to the argument.
[[nodiscard]] std::string event_prefix(const Options& options);

// Reads the stamp out of an event's argument, with or without white space between the tokens;
// nothing if it is not there.
[[nodiscard]] std::optional<Stamp> read_stamp(std::string_view argument);

}  // namespace crema::load
