// Every socket that handlers can see, over all shards: what a new host is told.
#pragma once

#include "crema/frappe/socket_user.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace crema::apphost {

struct MirroredSocket {
  std::string site;
  std::string id;
  unsigned shard = 0;
  uint64_t serial = 0;  // They are opened to hosts in this order.
  std::shared_ptr<const frappe::SocketUser> user;
  bool is_new = true;              // No host was told of it yet.
  std::vector<std::string> rooms;  // In the order of joining; without its own.

  [[nodiscard]] const std::vector<std::string>& apps() const { return *user->apps(); }
};

// Home shard only. Bounded by the sockets and by the rooms that each may be in.
class Mirror {
 public:
  // Null when it is not there, or not on that site.
  [[nodiscard]] MirroredSocket* find(std::string_view site, std::string_view id);
  MirroredSocket& add(MirroredSocket socket);
  void remove(const MirroredSocket& socket);
  // In the order in which they came.
  [[nodiscard]] std::vector<MirroredSocket*> all();

 private:
  std::unordered_map<std::string, std::unique_ptr<MirroredSocket>> sockets_;  // By site and id.
  uint64_t last_serial_ = 0;
};

}  // namespace crema::apphost
