// The name that a misspelt one was probably meant to be.
#pragma once

#include <span>
#include <string_view>

namespace crema::app {

// The candidate with the smallest edit distance to `name`; the first of equals. Empty when there
// are no candidates. Borrows: the answer is one of `candidates`.
[[nodiscard]] std::string_view nearest_name(std::string_view name,
                                            std::span<const std::string_view> candidates);

}  // namespace crema::app
