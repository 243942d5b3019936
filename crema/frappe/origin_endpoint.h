// The original's way to the web process: at the address that the client's Origin names.
#pragma once

#include "crema/net/dial.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crema::frappe {

struct OriginEndpoint {
  net::Endpoint endpoint;  // Without its trust.
  bool is_https = false;
  std::string authority;  // For the Host header: the site is selected by it.
};

// `developer_port` takes the place of an http Origin's port; 0: it stays. (The original does so
// with https too, where it can only fail.) Nothing for what is no origin.
// Source: spec/frappe-realtime.md 3.4, "Base URL"; 11, row 7.
[[nodiscard]] std::optional<OriginEndpoint> origin_endpoint(std::string_view origin,
                                                            uint16_t developer_port);

}  // namespace crema::frappe
