// The difference of two texts, as `diff -u` prints it.
#pragma once

#include <string>
#include <string_view>

namespace crema::takeover {

// One hunk from the first line that differs to the last, with three lines around it; empty for
// equal texts. `name` stands in the head, once with " (as it is)", once with " (as it would be)".
[[nodiscard]] std::string unified_diff(std::string_view name, std::string_view before,
                                       std::string_view after);

}  // namespace crema::takeover
