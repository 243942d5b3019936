// The HTTP side of a WebSocket's beginning. Source: RFC 6455, section 4.2; spec/socketio.md 1.4.
#pragma once

#include "crema/base/result.h"
#include "crema/http/request.h"
#include "crema/http/response.h"
#include "crema/transport/config.h"

#include <cstdint>
#include <optional>

namespace crema::transport {

// What is wrong with an opening handshake.
enum class UpgradeError : uint8_t {
  kMethod,       // not GET, or a body
  kVersion,      // Sec-WebSocket-Version other than 13
  kKey,          // Sec-WebSocket-Key is missing or not 16 bytes
  kSubprotocol,  // an invalid Sec-WebSocket-Protocol
  kExtensions,   // an invalid Sec-WebSocket-Extensions
};

// The 101 answer, with the first sub-protocol offered and CORS headers; extensions are declined.
// Errors: the first of the list above.
[[nodiscard]] base::Result<http::Response, UpgradeError> upgrade_response(
    const http::Request& request, const Config& config);

// 400 with the reason as text, or 426 for kVersion; the connection is closed after it.
[[nodiscard]] http::Response upgrade_error_response(UpgradeError error);

}  // namespace crema::transport
