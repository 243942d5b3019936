#include "crema/frappe/origin_endpoint.h"

#include <charconv>

namespace crema::frappe {

std::optional<OriginEndpoint> origin_endpoint(std::string_view origin, uint16_t developer_port) {
  constexpr std::string_view kScheme = "http://";
  if (!origin.starts_with(kScheme)) return std::nullopt;
  const std::string_view rest = origin.substr(kScheme.size());
  const size_t colon = rest.find(':');
  const std::string_view host = rest.substr(0, colon);
  if (host.empty() || host.find_first_of("/@[?#") != std::string_view::npos) return std::nullopt;
  uint16_t port = 80;
  if (colon != std::string_view::npos) {
    const std::string_view digits = rest.substr(colon + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    const bool whole = error == std::errc{} && end == digits.data() + digits.size();
    if (!whole || port == 0) return std::nullopt;
  }
  if (developer_port != 0) port = developer_port;
  OriginEndpoint result;
  result.endpoint.host = host;
  result.endpoint.port = port;
  result.authority = host;
  if (port != 80) result.authority.append(":").append(std::to_string(port));
  return result;
}

}  // namespace crema::frappe
