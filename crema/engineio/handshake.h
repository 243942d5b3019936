// What the first request of a session said, for the layers above.
#pragma once

#include "crema/engineio/header_list.h"

#include <optional>
#include <string>
#include <string_view>

namespace crema::engineio {

struct Handshake {
  // As received, in order; names compare without case. The host may keep a part of them only.
  HeaderList headers;
  std::string query;    // Without the `?`.
  std::string address;  // Of the peer, without a port; empty on a Unix socket.

  // The first header of that name. `name` is lower case.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
};

}  // namespace crema::engineio
