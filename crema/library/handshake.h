// What the first request of a connection said. Source: spec/socketio.md 2.3.
#pragma once

#include "crema/library/value.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crema {

struct Handshake {
  std::vector<std::pair<std::string, std::string>> headers;  // As received.
  std::string address;                                       // Of the peer, without its port.
  std::string url;
  int64_t issued = 0;    // Milliseconds since 1970.
  std::string time;      // The same, as text.
  bool secure = false;   // Over TLS.
  bool xdomain = false;  // There was an Origin.
  Json auth{"{}"};       // The client's `auth`.

  // The first header of that name, whatever its case.
  [[nodiscard]] std::optional<std::string> header(std::string_view name) const;
  // A parameter of the request's query, decoded; the last of that name.
  [[nodiscard]] std::optional<std::string> query(std::string_view name) const;
  // A member of `auth`, absent when there is none. Borrows from the handshake.
  [[nodiscard]] Value auth_member(std::string_view name) const;
};

}  // namespace crema
