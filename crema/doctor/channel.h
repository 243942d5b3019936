// Bytes to and from one server, in the clear or by TLS, until one deadline.
#pragma once

#include "crema/base/result.h"
#include "crema/net/client_stream.h"
#include "crema/net/deadline.h"
#include "crema/net/loop.h"

#include <cstdint>
#include <memory>
#include <string>

namespace crema::doctor {

struct ChannelError {
  enum class Kind : uint8_t { kResolve, kRefused, kTimeout, kClosed, kCertificate, kTls };
  Kind kind;
};

// Loop thread only; must outlive the tasks it returns.
class Channel {
 public:
  using Opened = base::Result<std::unique_ptr<Channel>, ChannelError>;

  // By TLS where the endpoint says so. After `deadline` every wait fails with kTimeout.
  [[nodiscard]] static net::Task<Opened> open(net::Loop& loop, net::Endpoint endpoint,
                                              base::TimePoint deadline);
  Channel(net::Loop& loop, std::unique_ptr<net::ClientStream> stream, base::TimePoint deadline);
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  // Another one. Not once the old one has passed: the connection is closed then.
  void set_deadline(base::TimePoint deadline) { deadline_.move_to(deadline); }
  [[nodiscard]] net::Task<base::Result<void, ChannelError>> write(std::string bytes);
  // At least one byte. The server's end is kClosed.
  [[nodiscard]] net::Task<base::Result<std::string, ChannelError>> read();

 private:
  [[nodiscard]] ChannelError failure() const;

  const std::unique_ptr<net::ClientStream> stream_;
  net::Deadline deadline_;
};

[[nodiscard]] std::string to_string(const ChannelError& error);

}  // namespace crema::doctor
