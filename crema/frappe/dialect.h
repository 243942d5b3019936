// How a bench's web process wants to be asked; the same for all its sites.
#pragma once

#include <cstdint>

namespace crema::frappe {

enum class Dialect : uint8_t {
  k15,  // can_subscribe_doctype and can_subscribe_doc, the session id in the query, no secret.
  k16,  // has_permission, a cookie, the secret, installed_apps; develop too.
};

}  // namespace crema::frappe
