#include "crema/frappe/origin_endpoint.h"

#include <charconv>

namespace crema::frappe {

std::optional<OriginEndpoint> origin_endpoint(std::string_view origin, uint16_t developer_port) {
  constexpr std::string_view kHttp = "http://";
  constexpr std::string_view kHttps = "https://";
  const bool is_https = origin.starts_with(kHttps);
  if (!is_https && !origin.starts_with(kHttp)) return std::nullopt;
  const uint16_t usual_port = is_https ? 443 : 80;
  const std::string_view rest = origin.substr(is_https ? kHttps.size() : kHttp.size());
  const size_t colon = rest.find(':');
  const std::string_view host = rest.substr(0, colon);
  if (host.empty() || host.find_first_of("/@[?#") != std::string_view::npos) return std::nullopt;
  uint16_t port = usual_port;
  if (colon != std::string_view::npos) {
    const std::string_view digits = rest.substr(colon + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    const bool whole = error == std::errc{} && end == digits.data() + digits.size();
    if (!whole || port == 0) return std::nullopt;
  }
  if (developer_port != 0 && !is_https) port = developer_port;
  OriginEndpoint result;
  result.is_https = is_https;
  result.endpoint.host = host;
  result.endpoint.port = port;
  result.authority = host;
  if (port != usual_port) result.authority.append(":").append(std::to_string(port));
  return result;
}

}  // namespace crema::frappe
