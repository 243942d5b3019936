// What the shards' applications share.
#pragma once

#include "crema/frappe/config.h"
#include "crema/frappe/custom_handlers.h"
#include "crema/frappe/doc_viewers.h"
#include "crema/frappe/identity_service.h"
#include "crema/frappe/permission_service.h"
#include "crema/frappe/saved_rooms.h"
#include "crema/frappe/sites.h"
#include "crema/server/shard.h"

#include <functional>
#include <memory>
#include <string>

namespace crema::frappe {

// Filled in before the server runs, constant from then on.
struct Services {
  Config config = {};
  FindSite find_site = {};
  // Where the others live: they are called on its thread only.
  server::Shard* home = nullptr;
  std::unique_ptr<IdentityService> identity = {};
  std::unique_ptr<PermissionService> permission = {};
  std::unique_ptr<DocViewers> viewers = {};
  // Null: no app has any.
  std::unique_ptr<CustomHandlers> custom_handlers = {};
  std::unique_ptr<SavedRooms> saved = {};  // Null: there are none.
  // Publishes what a developer's browser wants to see in the editor, as JSON text. Empty outside
  // developer mode. Source: spec/frappe-realtime.md 1.5.
  std::function<void(std::string location)> open_in_editor = {};
};

}  // namespace crema::frappe
