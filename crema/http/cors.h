// Cross-origin headers, as npm's `cors` 2.8 writes them.
#pragma once

#include "crema/http/request.h"
#include "crema/http/response.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crema::http {

// Which origins may read answers. It does not keep anyone from opening a WebSocket.
// Source: spec socketio.md 1.11; frappe-realtime.md 1.2 (kReflect with credentials).
struct Cors {
  enum class Origins : uint8_t {
    // No header at all; OPTIONS is not answered here.
    kOff,
    // `*`
    kAny,
    // Whatever the request's Origin is.
    kReflect,
    // Always the one entry of `origin_list`, whatever the request's Origin is.
    kFixed,
    // The request's Origin when `origin_list` has it, else no Access-Control-Allow-Origin.
    kList,
    // The request's Origin when `is_allowed` says so: a pattern, or a rule of one's own.
    kRule,
  };

  Origins origins = Origins::kOff;
  std::vector<std::string> origin_list = {};
  // Access-Control-Allow-Credentials: true.
  bool credentials = false;
  std::vector<std::string> methods = {"GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"};
  // Empty: what the preflight asks for is allowed.
  std::vector<std::string> allowed_headers = {};
  std::vector<std::string> exposed_headers = {};
  // How long a browser may keep a preflight's answer; none leaves it to the browser.
  std::optional<std::chrono::seconds> max_age = {};
  // What a preflight's answer says; some old browsers choke on 204.
  unsigned options_success_status = 204;
  // Who answers a preflight. kNext: the request goes on as any other, and its answer carries the
  // headers of a preflight.
  enum class Preflight : uint8_t { kAnswered, kNext };
  Preflight preflight = Preflight::kAnswered;
  // For kRule. Gets the request's Origin, empty without one; any thread.
  std::function<bool(std::string_view origin)> is_allowed = {};
};

// Adds what an answer to `request` carries, errors and 101 included. A `Vary` that the response
// has is extended.
void add_headers(const Cors& cors, const Request& request, Response& response);

// The complete answer to an OPTIONS request: no body. None for every other method, when CORS is
// off, and with Preflight::kNext.
[[nodiscard]] std::optional<Response> preflight(const Cors& cors, const Request& request);

}  // namespace crema::http
