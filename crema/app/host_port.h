// A host and a port as configuration names them.
#pragma once

#include "crema/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace crema::app {

// `host` is a name or an address, IPv6 without brackets.
struct HostPort {
  std::string host;
  uint16_t port = 0;

  bool operator==(const HostPort&) const = default;
};

// "host:port", IPv6 in brackets.
[[nodiscard]] std::string to_string(const HostPort& value);

// 1 to 65535 in decimal digits. Errors: what is wrong, as the end of a sentence about the value.
[[nodiscard]] base::Result<uint16_t, std::string> parse_port(std::string_view text);

// "host:port" or "[v6]:port"; the port may be left out when `default_port` is not 0.
// Errors: what is wrong.
[[nodiscard]] base::Result<HostPort, std::string> parse_host_port(std::string_view text,
                                                                  uint16_t default_port = 0);

// The address of a web process: "http://host[:port][/]", the scheme may be left out.
// Errors: what is wrong; https, a path and credentials are refused, not ignored.
[[nodiscard]] base::Result<HostPort, std::string> parse_web_url(std::string_view text,
                                                                uint16_t default_port = 80);

}  // namespace crema::app
