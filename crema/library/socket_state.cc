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

bool SocketState::post_to_shard(std::function<void(SocketState&)> fn) {
  const std::shared_ptr<Core> owner = nsp->core();
  if (!owner) return false;
  // By the time it runs the socket may live elsewhere.
  return owner->post(shard, [self = shared_from_this(), fn = std::move(fn)](server::Shard&) {
    self->on_shard(fn);
  });
}

std::shared_ptr<const std::any> SocketState::snapshot() const {
  Snapshot made{handshakes[0], nullptr};
  const auto copy = [&] { made.data = std::make_shared<const std::any>(data); };
  if (data.has_value()) (void)guarded("a copy of a socket's data", copy);
  return std::make_shared<const std::any>(std::move(made));
}

void SocketState::set_handshake(std::shared_ptr<const Handshake> made) {
  handshakes[1] = std::exchange(handshakes[0], std::move(made));
  handshake = handshakes[0].get();
}

}  // namespace crema::library
