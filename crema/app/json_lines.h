// Where a key stands in a JSON text, so that a complaint about its value can name the line.
#pragma once

#include <cstddef>
#include <string_view>

namespace crema::app {

// The line, from 1, of the last `key` in the top object, or in its member `object` when that is
// not empty; 0 when there is none. `text` is valid JSON; keys with escapes are not found.
[[nodiscard]] size_t line_of_key(std::string_view text, std::string_view object,
                                 std::string_view key);

}  // namespace crema::app
