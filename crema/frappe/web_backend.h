// Asks Frappe's web process, at the configured upstream and nowhere else.
#pragma once

#include "crema/frappe/backend.h"
#include "crema/frappe/config.h"
#include "crema/net/http_client.h"
#include "crema/net/loop.h"
#include "crema/redis/publisher.h"

#include <string>

namespace crema::frappe {

// The secret is read from Redis before each get_user_info, as the original does: the web process
// makes a new one when Redis was flushed. Source: spec/frappe-realtime.md 3.4 to 3.7, 4.3.
class WebBackend final : public Backend {
 public:
  // Borrows all but the endpoint for life.
  WebBackend(net::Loop& loop, const Config& config, net::Endpoint upstream,
             redis::Publisher& redis);

  net::Task<IdentityAnswer> identify(Credential credential) override;
  net::Task<PermissionAnswer> check(PermissionQuestion question) override;

 private:
  [[nodiscard]] net::HttpCall make_call(const Credential& credential, std::string target) const;

  net::Loop& loop_;
  const Config& config_;
  const net::Endpoint upstream_;
  redis::Publisher& redis_;
};

// What an HTTP answer to get_user_info means. Source: spec/frappe-realtime.md 3.5.
[[nodiscard]] IdentityAnswer read_user_info(const http::Response& response);
// What an HTTP answer to has_permission means. Source: spec/frappe-realtime.md 4.3.
[[nodiscard]] PermissionAnswer read_permission(const http::Response& response);

}  // namespace crema::frappe
