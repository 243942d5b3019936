// Asks Frappe's web process: at the configured upstream, or where the credential says.
#pragma once

#include "crema/frappe/backend.h"
#include "crema/frappe/config.h"
#include "crema/frappe/dialect.h"
#include "crema/frappe/web_answer.h"
#include "crema/frappe/web_request.h"
#include "crema/net/http_client.h"
#include "crema/net/loop.h"
#include "crema/redis/publisher.h"

#include <optional>
#include <vector>

namespace crema::frappe {

// The secret is read from Redis before each get_user_info, as the original does: the web process
// makes a new one when Redis was flushed. Version 15 has none.
// Source: spec/frappe-realtime.md 3.4 to 3.7, 4.3.
class WebBackend final : public Backend {
 public:
  // `upstreams`, at least one, in the order in which they are tried while nobody is there.
  // Borrows the others for life.
  WebBackend(net::Loop& loop, const Config& config, std::vector<net::Endpoint> upstreams,
             redis::Publisher& redis);

  net::Task<IdentityAnswer> identify(Credential credential) override;
  net::Task<PermissionAnswer> check(PermissionQuestion question) override;

 private:
  using Fetched = base::Result<http::Response, net::Errc>;

  enum class CallKind : uint8_t { kIdentity, kPermission };

  net::Task<Fetched> fetch(Credential credential, WebRequest request, CallKind kind);
  net::Task<Fetched> fetch_configured(net::HttpCall call);
  [[nodiscard]] IdentityAnswer read_identity(const Fetched& response);
  void learn(Dialect dialect);

  // Fixed at construction.
  net::Loop& loop_;
  const Config& config_;
  const std::vector<net::Endpoint> upstreams_;
  redis::Publisher& redis_;

  // Owned by the home shard's thread.
  std::optional<Dialect> dialect_;  // Empty: the first answer about a user decides.
  size_t upstream_ = 0;
};

}  // namespace crema::frappe
