// HTTP long-polling: bodies in, bodies out. Source: spec/socketio.md 1.5, 1.6.
#pragma once

#include "crema/engineio/config.h"
#include "crema/engineio/payload.h"
#include "crema/engineio/session.h"
#include "crema/http/request.h"
#include "crema/http/response.h"

#include <cstddef>
#include <optional>
#include <string>

namespace crema::transport {

// The answer to a GET: packets as text.
[[nodiscard]] http::Response poll_response(const http::Request& request, std::string body);

// Judges a POST's body as a whole. Ends the session and gives the answer when it cannot be read:
// 400 for application/octet-stream or too many packets, 200 `ok` for what is no UTF-8.
[[nodiscard]] std::optional<http::Response> refuse_post(engineio::Session& session,
                                                        const http::Request& request,
                                                        const engineio::Config& config);

// Feeds up to `packets_max` of a POST's packets to the session, stopping where it ends. False when
// packets are left for another turn.
[[nodiscard]] bool feed_post(engineio::Session& session, engineio::PayloadCursor& packets,
                             size_t packets_max);

// The answer to a POST: 200 `ok`, also when a packet could not be decoded and the session is gone.
[[nodiscard]] http::Response post_response(const http::Request& request);

// A status without a body: 400 for an overlapping GET, 413, 500.
[[nodiscard]] http::Response bare_response(unsigned status);

}  // namespace crema::transport
