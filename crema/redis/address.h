// Where a Redis server is and how to be let in.
#pragma once

#include "crema/base/result.h"
#include "crema/net/endpoint.h"
#include "crema/redis/errc.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace crema::redis {

// kTls: whoever uses the address sets the endpoint's trust.
enum class Security : uint8_t { kPlain, kTls };

struct Address {
  net::Endpoint endpoint;
  std::string username;  // Empty: the default user.
  std::string password;  // Empty: no authentication.
  int db = 0;
  Security security = Security::kPlain;

  // Without credentials: "redis://127.0.0.1:11000/1", "unix:/run/redis.sock".
  [[nodiscard]] std::string to_log_string() const;
};

// `redis://[[user]:password@][host][:port][/db]` with percent-encoded credentials, `rediss://` for
// the same under TLS, or `unix://path`, where everything behind the prefix is the path. A query, as
// Python's client has them, is not looked at. Defaults: localhost, 6379, 0.
// Errors: kBadUrl. Source: spec/frappe-realtime.md, 2.3.
[[nodiscard]] base::Result<Address, Errc> parse_url(std::string_view url);

}  // namespace crema::redis
