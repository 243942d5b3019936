// What the opening handshake computes and checks. Source: RFC 6455, sections 4.2 and 9.1.
#pragma once

#include "crema/base/result.h"
#include "crema/websocket/errc.h"

#include <optional>
#include <string>
#include <string_view>

namespace crema::websocket {

// Sec-WebSocket-Accept for a Sec-WebSocket-Key.
[[nodiscard]] std::string accept_key(std::string_view key);

// Whether a Sec-WebSocket-Key is the base64 of 16 bytes.
[[nodiscard]] bool valid_key(std::string_view key);

// The first offer of a Sec-WebSocket-Protocol header, which the server echoes; none without the
// header. O(n log n). Borrows from `header`. Errors: kBadSubprotocol (also for an empty list or a
// repeated name, as `ws` has it).
[[nodiscard]] base::Result<std::optional<std::string_view>, Errc> first_subprotocol(
    std::optional<std::string_view> header);

// Checks the grammar of a Sec-WebSocket-Extensions header; every offer is declined.
// Errors: kBadExtension.
[[nodiscard]] base::Result<void, Errc> check_extensions(std::string_view header);

}  // namespace crema::websocket
