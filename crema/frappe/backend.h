// Who answers for users and permissions: the web process, or the demo's built-in users.
#pragma once

#include "crema/frappe/answer.h"
#include "crema/frappe/credential.h"
#include "crema/net/asio.h"

#include <string>

namespace crema::frappe {

struct PermissionQuestion {
  Credential credential;
  std::string doctype;
  std::string name;  // Empty: the doctype as a whole.
};

// Home shard only. Every call ends within its deadline.
class Backend {
 public:
  virtual ~Backend() = default;
  [[nodiscard]] virtual net::Task<IdentityAnswer> identify(Credential credential) = 0;
  [[nodiscard]] virtual net::Task<PermissionAnswer> check(PermissionQuestion question) = 0;
};

}  // namespace crema::frappe
