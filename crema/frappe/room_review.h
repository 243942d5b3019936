// Asks again whether a user may be in rooms, when a lost session comes back with them.
#pragma once

#include "crema/frappe/credential.h"
#include "crema/frappe/permission_service.h"
#include "crema/frappe/subscriptions.h"

#include <functional>
#include <string>
#include <unordered_set>
#include <vector>

namespace crema::frappe {

struct ReviewedRooms {
  std::unordered_set<std::string> allowed;
  std::vector<Subscription> undecided;  // Nobody answered in time: to be asked about later.
};

struct RoomReview {
  Credential credential;
  std::vector<Subscription> rooms;
  // The client waits for its CONNECT meanwhile.
  base::Duration time_max;
};

// Home shard only. One question after the other, so that a session waits for one call at a time.
// Calls `done` once, perhaps at once. Borrows both until then.
void review_rooms(net::Loop& loop, PermissionService& permission, RoomReview review,
                  std::function<void(ReviewedRooms)> done);

}  // namespace crema::frappe
