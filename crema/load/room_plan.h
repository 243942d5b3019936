#pragma once

#include "crema/load/options.h"

#include <cstdint>
#include <string>
#include <vector>

namespace crema::load {

// Which numbered rooms a connection is in. Source: Options::rooms.
[[nodiscard]] std::vector<std::uint32_t> rooms_of(const Options& options, std::uint32_t connection);

// The room a message goes to, by its number.
[[nodiscard]] std::string room_of(const Options& options, std::uint64_t sequence);

// Who receives each message: the same number for all of them.
[[nodiscard]] std::uint32_t receivers(const Options& options);

// How many messages, one after the other, it takes to reach every room.
[[nodiscard]] std::uint32_t messages_to_all(const Options& options);

// Why these options are no plan; empty when they are one.
[[nodiscard]] std::string find_fault(const Options& options);

// `text` with every `mark` replaced by the number.
[[nodiscard]] std::string replace_mark(std::string text, std::string_view mark,
                                       std::uint64_t number);

}  // namespace crema::load
