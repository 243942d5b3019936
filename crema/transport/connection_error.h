// What a program is told of a request that was refused: the reference's `connection_error` event.
#pragma once

#include "crema/http/request.h"
#include "crema/transport/refusal.h"

#include <string>
#include <utility>
#include <vector>

namespace crema::transport {

// `code` and `message` as the client sees them. Source: spec/socketio.md 1.3, last column.
struct ConnectionError {
  Refusal refusal;
  int code;
  std::string message;
  std::vector<std::pair<std::string, std::string>> context;
};

// `message`: what the program's rule said, or empty.
[[nodiscard]] ConnectionError connection_error(Refusal refusal, const http::Request& request,
                                               std::string_view message = {});

}  // namespace crema::transport
