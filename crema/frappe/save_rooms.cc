#include "crema/frappe/save_rooms.h"

#include "crema/frappe/config.h"
#include "crema/frappe/counters.h"
#include "crema/frappe/guarded_room.h"
#include "crema/frappe/socket_user.h"
#include "crema/socketio/namespace.h"
#include "crema/socketio/recovery.h"

#include <ranges>

namespace crema::frappe {

std::vector<std::string> subscribed_rooms(const socketio::Socket& socket) {
  std::vector<std::string> rooms;
  for (const socketio::Membership& membership : std::views::reverse(socket.rooms())) {
    if (!is_subscribed_room(membership.room->name)) continue;
    if (rooms.size() == kSavedRoomsPerSessionMax) {
      kSavedRoomsLeftOut.add();
    } else {
      rooms.emplace_back(membership.room->name);
    }
  }
  return rooms;
}

std::vector<SavedSession> sessions_to_save(server::Shard& shard) {
  std::vector<SavedSession> sessions;
  for (const auto& [name, nsp] : shard.hub().namespaces()) {
    if (!nsp->recovery()) continue;
    nsp->recovery()->for_each([&](const socketio::Socket& socket, std::string_view pid) {
      if (!socket.data()) return;
      auto rooms = subscribed_rooms(socket);
      if (rooms.empty()) return;
      const SocketUser& user = user_of(socket);
      sessions.push_back(
          {std::string(user.site()), std::string(pid), std::string(user.user()), std::move(rooms)});
    });
  }
  return sessions;
}

}  // namespace crema::frappe
