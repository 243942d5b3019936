// Masking. Source: RFC 6455, section 5.3.
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace crema::websocket {

// The four bytes in the order they have on the wire.
using MaskKey = std::array<char, 4>;

// XORs `bytes` with the key, in place. `offset` is the place of the first byte in its payload.
void apply_mask(std::span<char> bytes, const MaskKey& key, size_t offset);

}  // namespace crema::websocket
