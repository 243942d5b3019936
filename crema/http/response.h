// One HTTP response, as a value and as bytes.
#pragma once

#include "crema/http/header.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crema::http {

struct Response {
  unsigned status = 200;
  std::vector<Header> headers = {};
  std::string body = {};

  // The first header of that name, whatever its case. Borrows from the response.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
};

// What the `Connection` header promises.
enum class KeepAlive : uint8_t { kNo, kYes };

// kHeadOnly answers a HEAD request: the head tells the body's length, the body stays home.
enum class Body : uint8_t { kFull, kHeadOnly };

// Writes an HTTP/1.1 response. Adds `Content-Length` (not for 1xx and 304; 0 for 204) and
// `Connection`, unless the response carries its own (as 101 does). The framing is decided here:
// `Content-Length` and `Transfer-Encoding` among the headers are left out, and so is every header
// whose name is no token or whose value has a control character (no header injection).
[[nodiscard]] std::string serialize(const Response& response, KeepAlive keep_alive, Body body);

}  // namespace crema::http
