#pragma once

#include "bench/load/descriptor.h"
#include "bench/load/options.h"
#include "bench/load/outcome.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace crema::load {

// Connects and waits for it; reads give up after `seconds_max`.
[[nodiscard]] Outcome<Descriptor> connect_blocking(const Endpoint& peer, std::int64_t seconds_max);

// Begins to connect without waiting, from 127.0.0.(2 + source).
[[nodiscard]] Outcome<Descriptor> begin_connect(const Endpoint& peer, std::uint32_t source);

// Sends everything, waiting as a blocking socket does.
[[nodiscard]] Outcome<void> send_all(const Descriptor& socket, std::string_view bytes);

// Lets this process open as many descriptors as it may.
void raise_descriptor_limit();

}  // namespace crema::load
