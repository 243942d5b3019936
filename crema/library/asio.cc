#include "crema/library/asio.h"

#include "crema/library/core.h"
#include "crema/library/guarded.h"
#include "crema/library/shard_application.h"
#include "crema/library/socket_state.h"

namespace crema::library {

boost::asio::any_io_executor executor_of(const Socket&) {
  // Handlers run on their socket's shard.
  return ShardApplication::current().shard->loop().executor();
}

void report(const Socket& socket, std::exception_ptr error) {
  const auto reason = guarded("a coroutine handler", [&error] { std::rethrow_exception(error); });
  socket.state()->on_shard(
      [reason](SocketState& state) { ShardApplication::tell(state, "error", *reason); });
}

}  // namespace crema::library
