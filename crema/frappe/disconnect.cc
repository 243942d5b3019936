#include "crema/frappe/disconnect.h"

#include "crema/frappe/run_on.h"
#include "crema/socketio/namespace.h"

#include <vector>

namespace crema::frappe {

size_t disconnect_here(server::Shard& shard, const std::string& site, const OfUser& of_user) {
  socketio::Namespace* nsp = shard.hub().find_namespace("/" + site);
  if (!nsp) return 0;
  // Those who go leave the list.
  std::vector<std::string> ids;
  for (const socketio::Socket* socket : nsp->sockets()) {
    if (socket->data() && of_user(user_of(*socket))) ids.emplace_back(socket->id());
  }
  for (const std::string& id : ids) {
    if (socketio::Socket* socket = shard.hub().find("/" + site, id)) socket->disconnect();
  }
  return ids.size();
}

void disconnect_everywhere(server::Shard& from, const std::string& site, const OfUser& of_user) {
  for (unsigned i = 0; i < from.shards(); ++i) {
    server::Shard& shard = from.peer(i);
    run_on(from, shard, [&shard, site, of_user] { (void)disconnect_here(shard, site, of_user); });
  }
}

}  // namespace crema::frappe
