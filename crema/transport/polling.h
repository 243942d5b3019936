// HTTP long-polling: bodies in, bodies out. Source: spec/socketio.md 1.5, 1.6.
#pragma once

#include "crema/engineio/config.h"
#include "crema/engineio/session.h"
#include "crema/http/request.h"
#include "crema/http/response.h"

#include <string>

namespace crema::transport {

// The answer to a GET: packets as text.
[[nodiscard]] http::Response poll_response(const http::Request& request, std::string body);

// Feeds a POST's packets to the session, stopping where it ends.
// The answer: 200 `ok` (also for packets that could not be decoded: the session is gone then),
// 400 for application/octet-stream or too many packets, which end the session too.
[[nodiscard]] http::Response handle_post(engineio::Session& session, const http::Request& request,
                                         const engineio::Config& config);

// A status without a body: 400 for an overlapping GET, 413, 500.
[[nodiscard]] http::Response bare_response(unsigned status);

}  // namespace crema::transport
