#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace crema::load {

// What `"key":"…"` says in the JSON that a server sent, as written, without looking at its
// structure; empty when it is not there. Borrows `json`.
[[nodiscard]] std::string_view text_field(std::string_view json, std::string_view key);

// What `"key":…` says, a whole number; nothing when it is not there.
[[nodiscard]] std::optional<std::uint64_t> number_field(std::string_view json,
                                                        std::string_view key);

// The last argument of an event, `[…,"…"]`, when it is a string: without its quotes, as written.
[[nodiscard]] std::optional<std::string_view> last_string(std::string_view event);

}  // namespace crema::load
