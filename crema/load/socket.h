#pragma once

#include "crema/load/descriptor.h"
#include "crema/load/options.h"
#include "crema/load/outcome.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace crema::load {

// Connects and waits for it; reads give up after `seconds_max`.
[[nodiscard]] Outcome<Descriptor> connect_blocking(const Endpoint& peer, std::int64_t seconds_max);

// kSmall: what is not read soon waits at the sender.
enum class ReceiveBuffer : std::uint8_t { kUsual, kSmall };

// Begins to connect without waiting; to loopback, from 127.0.0.(2 + source).
[[nodiscard]] Outcome<Descriptor> begin_connect(const Endpoint& peer, std::uint32_t source,
                                                ReceiveBuffer buffer);

// Sends everything, waiting as a blocking socket does.
[[nodiscard]] Outcome<void> send_all(const Descriptor& socket, std::string_view bytes);

// Lets this process open as many descriptors as it may.
void raise_descriptor_limit();

}  // namespace crema::load
