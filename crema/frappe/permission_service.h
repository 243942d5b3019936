// Whether a credential may read a doctype or a document, for every shard.
#pragma once

#include "crema/frappe/backend.h"
#include "crema/frappe/call_table.h"
#include "crema/frappe/config.h"

#include <functional>

namespace crema::frappe {

// Home shard only. Permissions are kept for seconds per (site, credential, doctype, name),
// denials are not. Source: spec/hostile-input.md, fact 5.
class PermissionService {
 public:
  using Done = std::function<void(const PermissionAnswer&)>;

  // Borrows all for life.
  PermissionService(net::Loop& loop, const Config& config, Backend& backend);

  void check(PermissionQuestion question, Done done);

 private:
  net::Task<void> call(PermissionQuestion question, std::function<void(PermissionAnswer)> answered);

  net::Loop& loop_;
  Backend& backend_;
  CallTable<PermissionAnswer> calls_;
};

}  // namespace crema::frappe
