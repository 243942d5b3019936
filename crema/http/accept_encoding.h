// Which content coding a client wants. Source: npm's `negotiator` 0.6; RFC 9110, section 12.5.3.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace crema::http {

// The index in `offers` of the coding that `accept` (the value of Accept-Encoding) likes best: the
// highest q, then one that is named before one that `*` stands for, then the client's order, then
// ours. None when it likes no offer; a q that is no number counts as 0. Linear in `accept`.
[[nodiscard]] std::optional<size_t> preferred_encoding(std::string_view accept,
                                                       std::span<const std::string_view> offers);

}  // namespace crema::http
