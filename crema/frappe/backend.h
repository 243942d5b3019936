// Who answers for users and permissions: the web process, or the demo's built-in users.
#pragma once

#include "crema/frappe/credential.h"
#include "crema/frappe/dialect.h"
#include "crema/net/asio.h"

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace crema::frappe {

struct UserInfo {
  std::string user;
  std::string user_type;
  Dialect dialect = Dialect::k16;  // Of whoever said so.
  // The site's apps, in their order; null unless Config::keep_for_handlers.
  std::shared_ptr<const std::vector<std::string>> apps = {};
};

// What came of a question about a credential. Source: spec/frappe-realtime.md 3.5, 12.
struct IdentityAnswer {
  enum class Kind : uint8_t {
    kKnown,        // `info` says who it is
    kEmpty,        // answered without a user: the secret may have changed
    kRefused,      // a definite no; `reason` is for the client
    kNonsense,     // no answer of Frappe's: nobody is let in by it; `reason` is for the client
    kUnavailable,  // cannot answer now: to be asked again; `reason` is for the log
  };
  Kind kind;
  UserInfo info;
  std::string reason;
};

struct PermissionAnswer {
  enum class Kind : uint8_t {
    kAllowed,
    kDenied,
    kFailed,       // what was answered says neither
    kUnavailable,  // cannot answer now: to be asked again
  };
  Kind kind;
  std::string reason;    // For the log, with the last two.
  bool is_kept = false;  // Nobody was asked: it was known from a moment ago.
};

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
