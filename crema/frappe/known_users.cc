#include "crema/frappe/known_users.h"

#include <utility>

namespace crema::frappe {

std::shared_ptr<const SocketUser> KnownUsers::find(std::string_view credential_key) const {
  const auto found = by_key_.find(credential_key);
  return found == by_key_.end() ? nullptr : (*found)->user;
}

void KnownUsers::remember(std::shared_ptr<const SocketUser> user, base::TimePoint now) {
  by_key_.erase(user->credential_key());
  known_.push_back({std::move(user), now + period_});
  by_key_.insert(&known_.back());  // What lies in a deque stays there while its ends move.
  if (!armed()) wheel_.arm(*this, known_.front().until);
}

void KnownUsers::on_expired(base::TimePoint now) {
  for (; !known_.empty() && known_.front().until <= now; known_.pop_front()) {
    const auto found = by_key_.find(known_.front().user->credential_key());
    if (found != by_key_.end() && *found == &known_.front()) by_key_.erase(found);
  }
  if (!known_.empty()) return wheel_.arm(*this, known_.front().until);
  by_key_ = {};
  known_.shrink_to_fit();
}

}  // namespace crema::frappe
