// Connects to somebody else's server, over TCP or a Unix socket.
#pragma once

#include "crema/base/result.h"
#include "crema/net/endpoint.h"
#include "crema/net/errc.h"
#include "crema/net/loop.h"

namespace crema::net {

// Tries every address of the host in order, each with an equal part of the time that is left; of
// `localhost` both families, IPv4 first. TCP_NODELAY is set. Only other names use the resolver,
// which keeps a thread; a lookup the system does not finish is left behind, but delays ~Loop.
// Errors: kBadCall (the path is too long), kResolve, kRefused, kTimeout.
[[nodiscard]] Task<base::Result<StreamSocket, Errc>> dial(Loop& loop, Endpoint endpoint,
                                                          base::TimePoint deadline);

}  // namespace crema::net
