// Every bound of the host protocol. Source: docs/protocol/apphost.md, "Bounds".
#pragma once

#include <cstddef>
#include <cstdint>

namespace crema::hostwire {

// Raised when a host of before could misunderstand.
inline constexpr int64_t kVersion = 1;
// One frame, attachments included; a client's largest event with its attachments fits.
inline constexpr size_t kFrameBytesMax = 16 << 20;
inline constexpr size_t kAttachmentsMax = 10;
// What a name, a room, an id or an app's name may have.
inline constexpr size_t kNameBytesMax = 1024;
inline constexpr size_t kRoomsMax = 1024;
// A line of an app's log, or an error's text; hosts cut what is longer.
inline constexpr size_t kTextBytesMax = 64 << 10;

}  // namespace crema::hostwire
