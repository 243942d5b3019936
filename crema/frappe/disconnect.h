// Ending the connections of a user, on every shard.
#pragma once

#include "crema/frappe/socket_user.h"
#include "crema/server/shard.h"

#include <functional>
#include <string>

namespace crema::frappe {

using OfUser = std::function<bool(const SocketUser&)>;

// Disconnects the sockets of a site on this shard that `of_user` accepts, at the Socket.IO level:
// the official client does not come back by itself, and nothing is kept for it. Returns their
// number. The shard's thread only.
size_t disconnect_here(server::Shard& shard, const std::string& site, const OfUser& of_user);

// The same on every shard, soon. The thread of `from` only.
void disconnect_everywhere(server::Shard& from, const std::string& site, const OfUser& of_user);

}  // namespace crema::frappe
