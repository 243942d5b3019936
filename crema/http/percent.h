// Percent sequences.
#pragma once

#include <optional>
#include <string_view>

namespace crema::http {

// The byte that `%XX` at the start of `text` stands for; none when it is no such sequence.
[[nodiscard]] std::optional<char> percent_byte(std::string_view text);

}  // namespace crema::http
