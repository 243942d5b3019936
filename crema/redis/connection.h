// One dialogue with a Redis server: one command at a time, or a stream of messages.
#pragma once

#include "crema/base/result.h"
#include "crema/net/client_stream.h"
#include "crema/net/loop.h"
#include "crema/redis/address.h"
#include "crema/redis/config.h"
#include "crema/redis/errc.h"
#include "crema/resp/reply_reader.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crema::redis {

// Loop thread only. After an error it can only be destroyed; nothing reconnects here.
// It must outlive the tasks it returns.
class Connection {
 public:
  using Opened = base::Result<std::unique_ptr<Connection>, Errc>;
  using Answer = base::Result<resp::Reply, Errc>;

  // Connects; authenticates when there is a password, selects when there is a database.
  // Errors: kResolve, kRefused, kTimeout, kTls, kReset, kGarbage, kAuthRefused, kErrorReply.
  [[nodiscard]] static net::Task<Opened> open(net::Loop& loop, Address address,
                                              base::TimePoint deadline);

  // Sends one command and waits for its reply; an error reply is a value like any other.
  // Errors: kTimeout, kReset, kGarbage.
  [[nodiscard]] net::Task<Answer> command(std::vector<std::string> arguments,
                                          base::TimePoint deadline);

  // For streams. These have no deadline: the caller calls `close` when it is tired of waiting.
  // Errors: kReset.
  [[nodiscard]] net::Task<base::Result<void, Errc>> send(std::string bytes);
  // Waits for bytes; `next` must have said that there are no more replies. Errors: kReset.
  [[nodiscard]] net::Task<base::Result<void, Errc>> receive();
  // The next reply of what was received, if it is there. Errors: kGarbage.
  [[nodiscard]] base::Result<std::optional<resp::Reply>, Errc> next();

  // Sends a few bytes at once or not at all.
  [[nodiscard]] bool try_send(std::string_view bytes);
  // The server is gone, or has said something it was not asked. Asked before a command, because
  // a PUBLISH that may have arrived cannot be sent again.
  [[nodiscard]] bool is_stale();
  // Ends every wait with an error.
  void close();

 private:
  Connection(net::Loop& loop, std::unique_ptr<net::ClientStream> stream);
  net::Task<base::Result<void, Errc>> log_in(Address address, base::TimePoint deadline);
  net::Task<base::Result<void, Errc>> expect_ok(std::vector<std::string> arguments,
                                                base::TimePoint deadline);
  net::Task<Answer> converse(std::string bytes);

  net::Loop& loop_;
  const std::unique_ptr<net::ClientStream> stream_;
  resp::ReplyReader reader_;
  std::unique_ptr<char[]> buffer_;
};

// What an error reply means to us: kAuthRefused or kErrorReply.
[[nodiscard]] Errc classify_error_reply(std::string_view text);

}  // namespace crema::redis
