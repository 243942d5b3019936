// Unguessable bytes and ids, from getrandom(2).
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace crema::base {

// Fills `out`. The kernel's generator cannot fail once it is seeded; a failure ends the process.
void random_bytes(std::span<unsigned char> out);

// `length` characters of the base64url alphabet, six random bits each. Drawn ahead in small blocks,
// which a child of fork() does not share with its parent.
[[nodiscard]] std::string random_id(size_t length);

}  // namespace crema::base
