// What the first request of a session said, for the layers above.
#pragma once

#include "crema/engineio/header_list.h"

#include <initializer_list>
#include <iterator>
#include <optional>
#include <ranges>
#include <string_view>

namespace crema::engineio {

class Handshake {
 public:
  Handshake() : Handshake({}, {}) {}
  // `query` without the `?`; `address` of the peer, without a port, empty on a Unix socket.
  Handshake(std::string_view query, std::string_view address,
            std::initializer_list<HeaderList::value_type> headers = {}) {
    parts_.add(query, address);
    for (const auto& [name, value] : headers) add(name, value);
  }

  // Behind the others. The host may keep a part of what was received only.
  void add(std::string_view name, std::string_view value) { parts_.add(name, value); }
  // Gives back what was reserved while headers were added.
  void shrink() { parts_.shrink(); }

  [[nodiscard]] std::string_view query() const { return (*parts_.begin()).first; }
  [[nodiscard]] std::string_view address() const { return (*parts_.begin()).second; }
  // As received, in order.
  [[nodiscard]] auto headers() const {
    return std::ranges::subrange(std::next(parts_.begin()), parts_.end());
  }
  // The first header of that name, compared without case. `name` is lower case.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;

 private:
  HeaderList parts_;  // Query and address, then the headers: a session keeps it for life.
};

}  // namespace crema::engineio
