// Who is known from a moment ago, so that nobody is asked again.
#pragma once

#include "crema/base/name_table.h"
#include "crema/base/timing_wheel.h"
#include "crema/frappe/socket_user.h"

#include <deque>
#include <memory>
#include <string_view>

namespace crema::frappe {

// Found by credential. Home shard only. A wave of thousands passes through here within one period
// and then stays connected: what is kept of each is a pointer, and its memory goes with the last.
class KnownUsers final : private base::WheelEntry {
 public:
  // For how long each is known. Borrows `wheel` for life.
  KnownUsers(base::TimingWheel& wheel, base::Duration period) : wheel_(wheel), period_(period) {}

  // Null: not known. `credential_key`: Credential::key.
  [[nodiscard]] std::shared_ptr<const SocketUser> find(std::string_view credential_key) const;
  // From `now` on; it takes the place of what was known.
  void remember(std::shared_ptr<const SocketUser> user, base::TimePoint now);

  [[nodiscard]] size_t size() const noexcept { return by_key_.size(); }

 private:
  struct Known {
    std::shared_ptr<const SocketUser> user;
    base::TimePoint until;
  };
  struct KeyOf {
    std::string_view operator()(const Known& known) const noexcept {
      return known.user->credential_key();
    }
  };

  void on_expired(base::TimePoint now) override;

  base::TimingWheel& wheel_;
  const base::Duration period_;
  std::deque<Known> known_;  // By the time when they are forgotten; those replaced among them.
  base::NameTable<const Known*, KeyOf> by_key_;  // Into known_.
};

}  // namespace crema::frappe
