// Whether a credential may read a doctype or a document, for every shard.
#pragma once

#include "crema/frappe/backend.h"
#include "crema/frappe/call_table.h"
#include "crema/frappe/config.h"

#include <functional>

namespace crema::frappe {

// Home shard only. Permissions are kept for seconds per (site, credential, doctype, name),
// denials are not. A web process that cannot answer is asked again until Config::auth_wait has
// passed: what somebody subscribes to while it restarts is not lost, for no page asks twice.
// Source: spec/hostile-input.md, fact 5; spec/frappe-realtime.md 7.1.
class PermissionService {
 public:
  using Done = std::function<void(const PermissionAnswer&)>;

  // Borrows all for life.
  PermissionService(net::Loop& loop, const Config& config, Backend& backend);

  // kUnavailable: it could not be asked within Config::auth_wait.
  void check(PermissionQuestion question, Done done);

  // Config::auth_wait of questions that are asked from now on.
  void set_wait(base::Duration auth_wait) { calls_.set_wait(auth_wait); }

 private:
  net::Task<void> call(PermissionQuestion question, std::function<void(PermissionAnswer)> answered);
  [[nodiscard]] CallVerdict judge(const PermissionAnswer& answer) const;

  net::Loop& loop_;
  const Config& config_;
  Backend& backend_;
  CallTable<PermissionAnswer> calls_;
};

}  // namespace crema::frappe
