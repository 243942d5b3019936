// The `Cookie` header of a request.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace crema::http {

// The value of the first cookie called `name`, as npm's `cookie` 0.7 reads it: surrounding double
// quotes removed, percent-decoded, and raw when that fails.
// Source: spec frappe-realtime.md 3.3.
[[nodiscard]] std::optional<std::string> cookie_value(std::string_view header,
                                                      std::string_view name);

}  // namespace crema::http
