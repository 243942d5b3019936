// What of the sessions of one shard outlives the process.
#pragma once

#include "crema/frappe/saved_rooms.h"
#include "crema/server/shard.h"
#include "crema/socketio/socket.h"

#include <string>
#include <vector>

namespace crema::frappe {

// The rooms that its client subscribed to, the latest kSavedRoomsPerSessionMax. Shard thread only.
[[nodiscard]] std::vector<std::string> subscribed_rooms(const socketio::Socket& socket);

// Shard thread only. Of every session that may be recovered, connected or lost, the rooms that its
// client subscribed to, the latest kSavedRoomsPerSessionMax; sessions with none are left out.
[[nodiscard]] std::vector<SavedSession> sessions_to_save(server::Shard& shard);

}  // namespace crema::frappe
