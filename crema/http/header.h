// Header fields of requests and responses, and the lists in their values.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace crema::http {

struct Header {
  std::string name;
  std::string value;

  friend bool operator==(const Header&, const Header&) = default;
};

// Compares ASCII letters without case, every other byte exactly.
[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b);

// The first value of `name`, whatever its case. Borrows from `headers`.
[[nodiscard]] std::optional<std::string_view> find_header(std::span<const Header> headers,
                                                          std::string_view name);

// Whether one of the values of `name` has `token` in its comma-separated list, without case.
[[nodiscard]] bool header_has_token(std::span<const Header> headers, std::string_view name,
                                    std::string_view token);

}  // namespace crema::http
