// Bytes to and from one server, in the clear or by TLS, until one deadline.
#pragma once

#include "crema/base/result.h"
#include "crema/doctor/public_url.h"
#include "crema/net/dial.h"
#include "crema/net/loop.h"

#include <memory>
#include <string>

namespace crema::doctor {

struct ChannelError {
  enum class Kind : uint8_t { kResolve, kRefused, kTimeout, kClosed, kCertificate, kTls };
  Kind kind;
  std::string detail = {};  // TLS' own words.
};

struct ChannelTarget {
  net::Endpoint endpoint;
  Scheme scheme = Scheme::kHttp;
  std::string name;  // What the certificate must be for.
};

// Loop thread only; must outlive the tasks it returns.
class Channel {
 public:
  using Opened = base::Result<std::unique_ptr<Channel>, ChannelError>;

  // After `deadline` every wait fails with kTimeout.
  [[nodiscard]] static net::Task<Opened> open(net::Loop& loop, ChannelTarget target,
                                              base::TimePoint deadline);
  virtual ~Channel() = default;

  // Another one. Not once the old one has passed: the connection is closed then.
  virtual void set_deadline(base::TimePoint deadline) = 0;

  [[nodiscard]] virtual net::Task<base::Result<void, ChannelError>> write(std::string bytes) = 0;
  // At least one byte. The server's end is kClosed.
  [[nodiscard]] virtual net::Task<base::Result<std::string, ChannelError>> read() = 0;
};

[[nodiscard]] std::string to_string(const ChannelError& error);

}  // namespace crema::doctor
