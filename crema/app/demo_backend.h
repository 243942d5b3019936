// The demo's users, built in: nobody is asked. `serve` does not contain this path.
#pragma once

#include "crema/frappe/backend.h"

#include <string_view>

namespace crema::app {

// Known by the token `alice:…` or the cookie `sid=alice`: alice (a System User), bob (a Website
// User); anything else is Guest.
class DemoBackend final : public frappe::Backend {
 public:
  net::Task<frappe::IdentityAnswer> identify(frappe::Credential credential) override;
  net::Task<frappe::PermissionAnswer> check(frappe::PermissionQuestion question) override;
};

// Who the header's value, else the cookie, says it is.
[[nodiscard]] frappe::UserInfo demo_user(std::string_view authorization, std::string_view sid);

// Alice may read everything, bob the doctype ToDo and its documents, Guest nothing.
[[nodiscard]] bool demo_may_read(const frappe::UserInfo& user, std::string_view doctype);

}  // namespace crema::app
