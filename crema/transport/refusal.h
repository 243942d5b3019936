// The answers to requests that cannot be served, as the reference gives them, byte for byte.
// Source: spec/socketio.md 1.3.
#pragma once

#include "crema/http/response.h"

#include <cstdint>
#include <string_view>

namespace crema::transport {

enum class Refusal : uint8_t {
  kTransportUnknown,     // code 0: `transport` is missing or not one of ours
  kSessionUnknown,       // code 1: `sid` is not in the table
  kBadHandshakeMethod,   // code 2: no `sid`, and a method other than GET
  kBadRequest,           // code 3: the transport or protocol is not the session's, or a bad Origin
  kForbidden,            // code 4
  kUnsupportedProtocol,  // code 5: `EIO` is not 4
};

// `{"code":n,"message":"…"}` with status 400, or 403 for kForbidden.
[[nodiscard]] http::Response refusal_response(Refusal refusal);

// A refused WebSocket gets the bare text and always 400. The connection is closed after it.
[[nodiscard]] http::Response upgrade_refusal_response(Refusal refusal);

[[nodiscard]] std::string_view message_of(Refusal refusal);

}  // namespace crema::transport
