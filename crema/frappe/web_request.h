// What the web process is asked, in each version's words. Source: spec/frappe-realtime.md 3.4, 4.3.
#pragma once

#include "crema/frappe/backend.h"
#include "crema/frappe/dialect.h"
#include "crema/http/header.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crema::frappe {

struct WebRequest {
  std::string target;
  std::vector<http::Header> headers;
};

// While the dialect is not known, in a way that every version understands. `secret` may be empty.
[[nodiscard]] WebRequest user_info_request(const Credential& credential,
                                           std::optional<Dialect> dialect, std::string_view secret);
[[nodiscard]] WebRequest permission_request(const PermissionQuestion& question, Dialect dialect);

}  // namespace crema::frappe
