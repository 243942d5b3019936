// Large polling bodies leave smaller. Source: spec/socketio.md 1.5.
#pragma once

#include "crema/http/request.h"
#include "crema/http/response.h"

#include <cstddef>
#include <optional>

namespace crema::transport {

// Compresses the body, and says so, when it has `from_bytes` or more and the request's
// Accept-Encoding likes gzip or deflate. The memory it takes is freed before it returns.
void compress_body(const http::Request& request, http::Response& response,
                   std::optional<size_t> from_bytes);

}  // namespace crema::transport
