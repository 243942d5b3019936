// Who a credential belongs to, for every shard.
#pragma once

#include "crema/frappe/backend.h"
#include "crema/frappe/call_table.h"
#include "crema/frappe/config.h"
#include "crema/frappe/known_users.h"
#include "crema/frappe/socket_user.h"

#include <functional>
#include <memory>
#include <string>

namespace crema::frappe {

// What came of the question. `user` is set with kKnown, `reason` with the others.
struct Identified {
  IdentityAnswer::Kind kind;  // Never kEmpty: it has become kRefused.
  std::shared_ptr<const SocketUser> user;
  std::string reason;
};

// Home shard only. One call in flight per (site, credential); who is known is kept for seconds; a
// web process that cannot answer is asked again until Config::auth_wait has passed, an answer
// without a user once more at once. Source: architecture, section 5; spec/frappe-realtime.md 12.
class IdentityService {
 public:
  using Done = std::function<void(const Identified&)>;

  // Borrows all for life.
  IdentityService(net::Loop& loop, const Config& config, Backend& backend);

  // `done` is called once, perhaps at once.
  void identify(Credential credential, Done done);

  // Config::auth_wait of questions that are asked from now on.
  void set_wait(base::Duration auth_wait) { calls_.set_wait(auth_wait); }

 private:
  net::Task<void> call(Credential credential, std::function<void(Identified)> answered);
  [[nodiscard]] CallVerdict judge(const Identified& answer, int again) const;

  net::Loop& loop_;
  const Config& config_;
  Backend& backend_;
  KnownUsers known_;
  CallTable<Identified> calls_;
};

}  // namespace crema::frappe
