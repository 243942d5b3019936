#include "crema/library/asio.h"

#include "crema/library/core.h"
#include "crema/library/guarded.h"
#include "crema/library/shard_application.h"
#include "crema/library/socket_state.h"

#include <utility>

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

void ask(const Socket& whom, std::string_view event, Encoder args, AckCallback done) {
  if (whom.emit_with_ack(event, std::move(args), done)) return;
  done(AckResult("socket has been disconnected", {}, {}));
}

void ask(const RemoteSocket& whom, std::string_view event, Encoder args, AckCallback done) {
  whom.emit_with_ack(event, std::move(args), std::move(done));
}

void ask(const Target& whom, std::string_view event, Encoder args, BroadcastCallback done) {
  whom.emit_with_ack(event, std::move(args), std::move(done));
}

}  // namespace crema::library
