// Calls to a web process: one request, one answer.
#pragma once

#include "crema/http/header.h"
#include "crema/http/response.h"
#include "crema/net/dial.h"

#include <string>
#include <vector>

namespace crema::net {

struct HttpCall {
  Endpoint upstream;
  std::string method = "GET";  // Not HEAD, not CONNECT.
  std::string target = "/";    // As it goes on the wire: path and query, encoded by the caller.
  // `Host` is the upstream's address unless given. `Connection`, `Content-Length` and
  // `Transfer-Encoding` are written by the client.
  std::vector<http::Header> headers;
  std::string body;
  base::Duration timeout{10'000};  // For everything: resolve, connect, write, read.
  size_t body_bytes_max = 1'000'000;
};

// One connection per call, closed after the answer (`Connection: close`). Any status is a value,
// redirects too: they are never followed, so credentials go to `upstream` and nowhere else.
// Memory: the answer's head and body within their bounds, and 16 KiB.
// Errors: all of Errc.
[[nodiscard]] Task<base::Result<http::Response, Errc>> fetch(Loop& loop, HttpCall call);

}  // namespace crema::net
