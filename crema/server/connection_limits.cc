#include "crema/server/connection_limits.h"

#include "crema/server/counters.h"

namespace crema::server {

using Verdict = ConnectionLimits::Verdict;

bool ConnectionLimits::is_within(const std::string& address, base::TimePoint now) {
  if (bounds_.connections_max != 0 && served_ >= bounds_.connections_max) {
    kTooManyConnections.add();
    return false;
  }
  if (address.empty()) return true;
  if (bounds_.new_per_address_and_second_max != 0) {
    if (now - second_began_ >= std::chrono::seconds(1)) {
      second_began_ = now;
      this_second_.clear();
    }
    if (++this_second_[address] > bounds_.new_per_address_and_second_max) {
      kTooManyNewOfAddress.add();
      return false;
    }
  }
  if (bounds_.per_address_max != 0) {
    const auto found = per_address_.find(address);
    if (found != per_address_.end() && found->second >= bounds_.per_address_max) {
      kTooManyOfAddress.add();
      return false;
    }
  }
  return true;
}

Verdict ConnectionLimits::admit(const std::string& address, base::TimePoint now) {
  const std::lock_guard lock(mutex_);
  if (is_within(address, now)) {
    ++served_;
    if (counts_addresses() && !address.empty()) ++per_address_[address];
    return Verdict::kServe;
  }
  if (refused_ == kRefusedMax) return Verdict::kDrop;
  ++refused_;
  return Verdict::kRefuse;
}

void ConnectionLimits::release(const Peer& peer) {
  const std::lock_guard lock(mutex_);
  if (peer.admission == Admission::kRefused) {
    --refused_;
    return;
  }
  --served_;
  if (!peer.is_counted) return;
  const auto found = per_address_.find(peer.address);
  if (found != per_address_.end() && --found->second == 0) per_address_.erase(found);
}

}  // namespace crema::server
