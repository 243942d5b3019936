// One request to the admin socket of a running Crema, for commands that wait for the answer.
#pragma once

#include "crema/base/result.h"
#include "crema/http/response.h"

#include <string>

namespace crema::app {

struct AdminCall {
  std::string socket_path = {};
  std::string method = "GET";
  std::string target = {};
  std::string body = {};  // JSON, or empty.
};

enum class AdminCallError {
  kNobodyThere,  // No socket, or nobody accepts on it.
  kNoAnswer,     // It was there, but no whole answer came within 5 s.
};

// Blocks the calling thread. Any status is a value.
[[nodiscard]] base::Result<http::Response, AdminCallError> call_admin(AdminCall call);

}  // namespace crema::app
