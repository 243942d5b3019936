// Where somebody else's server listens.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace crema::net {

class TlsTrust;

// A Unix path, or a host with its port.
struct Endpoint {
  std::string host;  // A name, or an address as text; IPv6 without brackets.
  uint16_t port = 0;
  std::string unix_path;               // When not empty, host and port are not used.
  std::shared_ptr<TlsTrust> tls = {};  // Null: plain. For ClientStream; `dial` does not look at it.
  std::string tls_name = {};           // Whose certificate it must be; empty: the host's.

  // "unix:/run/x.sock", "host:80" or "[::1]:80".
  [[nodiscard]] std::string to_string() const;
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

}  // namespace crema::net
