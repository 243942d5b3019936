#include "crema/app/redis_address.h"

#include "crema/net/tls.h"

namespace crema::app {

base::Result<redis::Address, redis::Errc> redis_address(const std::string& url,
                                                        const Config& config) {
  auto address = redis::parse_url(url);
  if (address && address->security == redis::Security::kTls) {
    address->endpoint.tls = std::make_shared<net::TlsTrust>(config.tls_ca.value);
  }
  return address;
}

}  // namespace crema::app
