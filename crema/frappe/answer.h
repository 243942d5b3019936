// What comes of a question about a user or a permission.
#pragma once

#include "crema/frappe/dialect.h"

#include <cstdint>
#include <memory>
#include <string>
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

}  // namespace crema::frappe
