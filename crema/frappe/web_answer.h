// What the web process's answers mean. Source: spec/frappe-realtime.md 3.5, 4.3.
#pragma once

#include "crema/frappe/answer.h"
#include "crema/http/response.h"

#include <cstdint>

namespace crema::frappe {

// Whether the site's apps are kept of an answer.
enum class Apps : uint8_t { kPassOver, kKeep };

// An HTTP answer to get_user_info.
[[nodiscard]] IdentityAnswer read_user_info(const http::Response& response,
                                            Apps apps = Apps::kPassOver);
// An HTTP answer to has_permission, can_subscribe_doctype or can_subscribe_doc: status and body
// must both say yes.
[[nodiscard]] PermissionAnswer read_permission(const http::Response& response);

[[nodiscard]] inline bool is_success(unsigned status) { return status >= 200 && status < 300; }

}  // namespace crema::frappe
