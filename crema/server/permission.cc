#include "crema/server/permission.h"

#include <atomic>
#include <utility>

namespace crema::server {

// Outlives the permission in the hands of who decides.
struct Permission::Shared {
  std::atomic<bool> decided = false;

  // Loop thread only.
  bool asking = true;
  std::optional<Decision> at_once;
  OnDecided on_decided;  // Empty once told, or no longer wanted.

  void tell(Decision decision) {
    if (asking) {
      at_once = std::move(decision);
    } else if (const auto told = std::exchange(on_decided, nullptr)) {
      told(decision);
    }
  }
};

Permission::Permission(const AllowRequest& allow, net::Loop& loop, const http::Request& request,
                       const std::string& address, OnDecided on_decided)
    : shared_(std::make_shared<Shared>()) {
  shared_->on_decided = std::move(on_decided);
  allow(request, address, [shared = shared_, &loop](std::optional<std::string> said) {
    if (shared->decided.exchange(true)) return;
    Decision decision{std::move(said)};
    if (loop.is_this_thread()) return shared->tell(std::move(decision));
    loop.post([shared, decision = std::move(decision)] { shared->tell(decision); });
  });
  shared_->asking = false;
}

Permission::~Permission() { shared_->on_decided = nullptr; }

std::optional<Decision> Permission::at_once() const { return shared_->at_once; }

}  // namespace crema::server
