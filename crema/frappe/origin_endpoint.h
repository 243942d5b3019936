// The original's way to the web process: at the address that the client's Origin names.
#pragma once

#include "crema/net/dial.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crema::frappe {

struct OriginEndpoint {
  net::Endpoint endpoint;
  std::string authority;  // For the Host header: the site is selected by it.
};

// `developer_port` takes the place of the Origin's port; 0: it stays. Nothing for https, which
// would need TLS, and for what is no origin. Source: spec/frappe-realtime.md 3.4, "Base URL".
[[nodiscard]] std::optional<OriginEndpoint> origin_endpoint(std::string_view origin,
                                                            uint16_t developer_port);

}  // namespace crema::frappe
