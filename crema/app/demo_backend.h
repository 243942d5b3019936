// The demo's users, built in: nobody is asked. `serve` does not contain this path.
#pragma once

#include "crema/frappe/backend.h"

#include <string_view>

namespace crema::app {

// Known by the cookie `sid`: "alice" (a System User), "bob" (a Website User), anything else is
// Guest. Alice may read everything, bob the doctype ToDo and its documents, Guest nothing.
class DemoBackend final : public frappe::Backend {
 public:
  net::Task<frappe::IdentityAnswer> identify(frappe::Credential credential) override;
  net::Task<frappe::PermissionAnswer> check(frappe::PermissionQuestion question) override;
};

[[nodiscard]] frappe::UserInfo demo_user(std::string_view sid);

}  // namespace crema::app
