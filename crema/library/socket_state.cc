#include "crema/library/socket_state.h"

#include "crema/library/core.h"
#include "crema/library/guarded.h"
#include "crema/library/shard_application.h"

#include <utility>

namespace crema::library {

bool SocketState::is_on_shard() const {
  const auto& here = ShardApplication::current();
  return here.core == core && here.shard && here.shard->index() == shard;
}

bool SocketState::on_shard(std::function<void(SocketState&)> fn) {
  if (is_on_shard()) {
    fn(*this);
    return true;
  }
  const std::shared_ptr<Core> owner = nsp->core();
  if (!owner) return false;
  // By the time it runs the socket may live elsewhere.
  return owner->post(shard, [self = shared_from_this(), fn = std::move(fn)](server::Shard&) {
    self->on_shard(fn);
  });
}

std::shared_ptr<const std::any> SocketState::snapshot() const {
  std::shared_ptr<const std::any> copy;
  if (!data.has_value()) return copy;
  (void)guarded("a copy of a socket's data",
                [&] { copy = std::make_shared<const std::any>(data); });
  return copy;
}

}  // namespace crema::library
