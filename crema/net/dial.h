// Connects to somebody else's server, over TCP or a Unix socket.
#pragma once

#include "crema/base/result.h"
#include "crema/net/errc.h"
#include "crema/net/loop.h"

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

// Tries every address of the host in order, each with an equal part of the time that is left; of
// `localhost` both families, IPv4 first. TCP_NODELAY is set. Only other names use the resolver,
// which keeps a thread; a lookup the system does not finish is left behind, but delays ~Loop.
// Errors: kBadCall (the path is too long), kResolve, kRefused, kTimeout.
[[nodiscard]] Task<base::Result<StreamSocket, Errc>> dial(Loop& loop, Endpoint endpoint,
                                                          base::TimePoint deadline);

}  // namespace crema::net
