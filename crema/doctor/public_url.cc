#include "crema/doctor/public_url.h"

#include "crema/app/host_port.h"

namespace crema::doctor {
namespace {

uint16_t default_port(Scheme scheme) { return scheme == Scheme::kHttps ? 443 : 80; }

}  // namespace

std::string PublicUrl::authority() const {
  const std::string name = host.find(':') == std::string::npos ? host : '[' + host + ']';
  return port == default_port(scheme) ? name : name + ':' + std::to_string(port);
}

std::string PublicUrl::origin() const {
  return (scheme == Scheme::kHttps ? "https://" : "http://") + authority();
}

base::Result<PublicUrl, std::string> parse_public_url(std::string_view text) {
  constexpr std::string_view kHttp = "http://";
  constexpr std::string_view kHttps = "https://";
  PublicUrl url;
  if (text.starts_with(kHttps)) {
    url.scheme = Scheme::kHttps;
  } else if (!text.starts_with(kHttp)) {
    return base::fail(std::string("must begin with http:// or https://"));
  }
  text.remove_prefix(url.scheme == Scheme::kHttps ? kHttps.size() : kHttp.size());
  if (text.ends_with('/')) text.remove_suffix(1);
  if (text.find_first_of("/?#@") != std::string_view::npos) {
    return base::fail(std::string("must be a host with at most a port, without a path"));
  }
  auto address = app::parse_host_port(text, default_port(url.scheme));
  if (!address) return base::fail(std::move(address.error()));
  url.host = std::move(address->host);
  url.port = address->port;
  return url;
}

}  // namespace crema::doctor
