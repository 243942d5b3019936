// A connection that we made to somebody else's server, plain or under TLS.
#pragma once

#include "crema/net/dial.h"
#include "crema/net/tls.h"

#include <memory>
#include <string>
#include <string_view>

namespace crema::net {

// Loop thread only. None of its tasks has a deadline: the caller closes it when it is tired of
// waiting. It outlives the tasks it returns.
class ClientStream {
 public:
  using Opened = base::Result<std::unique_ptr<ClientStream>, Errc>;

  // Dials, and shakes hands when the endpoint says so.
  // Errors: as `dial`, and kCertificate, kTls; what TLS says is logged.
  [[nodiscard]] static Task<Opened> open(Loop& loop, Endpoint endpoint, base::TimePoint deadline);

  explicit ClientStream(StreamSocket socket) : socket_(std::move(socket)) {}

  // At least one byte; 0 at the end. Errors: kReset.
  [[nodiscard]] Task<base::Result<size_t, Errc>> read_some(asio::mutable_buffer into);
  // Errors: kReset.
  [[nodiscard]] Task<base::Result<void, Errc>> write(std::string bytes);
  // Sends a few bytes at once or not at all.
  [[nodiscard]] bool try_write(std::string_view bytes);
  // Something was received that nobody has read, or the connection is over.
  [[nodiscard]] bool has_unread();
  // Ends every wait with an error.
  void close();

 private:
  [[nodiscard]] Task<base::Result<void, Errc>> shake_hands(Endpoint endpoint);
  [[nodiscard]] Task<bool> wait_for(TlsSession::Step step);

  StreamSocket socket_;
  std::unique_ptr<TlsSession> tls_;  // Null: plain.
};

}  // namespace crema::net
