// The answers to requests that cannot be served, as the reference gives them, byte for byte.
// Source: spec/socketio.md 1.3.
#pragma once

#include "crema/http/response.h"

#include <cstdint>
#include <string_view>

namespace crema::transport {

enum class Refusal : uint8_t {
  kTransportUnknown,         // code 0: `transport` is missing or not one of ours
  kSessionUnknown,           // code 1: `sid` is not in the table
  kBadHandshakeMethod,       // code 2: no `sid`, and a method other than GET
  kInvalidOrigin,            // code 3: control characters in `Origin`
  kTransportMismatch,        // code 3: the transport is not the session's
  kTransportHandshakeError,  // code 3: a WebSocket is asked for without an upgrade
  kProtocolMismatch,         // code 3: `EIO` is not the session's
  kIdGenerationError,        // code 3: the program made no id for the session
  kMiddlewareFailure,        // code 3: refused by a middleware
  kForbidden,                // code 4: refused by the program's own rule
  kUnsupportedProtocol,      // code 5: `EIO` is not 4
};
inline constexpr int kRefusals = 11;

// As the client sees it.
[[nodiscard]] int code_of(Refusal refusal);
[[nodiscard]] std::string_view message_of(Refusal refusal);
// As the reference's `connection_error` names it within code 3, and we name the others.
[[nodiscard]] std::string_view name_of(Refusal refusal);

// `{"code":n,"message":"…"}` with status 400, or 403 for kForbidden. `message` stands in place of
// the usual one when it is given and UTF-8.
[[nodiscard]] http::Response refusal_response(Refusal refusal, std::string_view message = {});

// A refused WebSocket gets the bare text and always 400. The connection is closed after it.
[[nodiscard]] http::Response upgrade_refusal_response(Refusal refusal,
                                                      std::string_view message = {});

}  // namespace crema::transport
