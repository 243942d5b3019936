// Small files that must be replaced whole or not at all.
#pragma once

#include "crema/base/result.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace crema::takeover {

// No process manager's file of a bench comes near it.
inline constexpr size_t kFileBytesMax = 4 * 1024 * 1024;

// Errors of all: a line for the person, with the path and the system's reason.
using Text = base::Result<std::string, std::string>;
using Done = base::Result<void, std::string>;

[[nodiscard]] bool exists(const std::string& path);
// What a link points to in the end, or the path itself. Errors: the link leads nowhere.
[[nodiscard]] Text real_path(const std::string& path);
[[nodiscard]] Text read_file(const std::string& path);
// Writes beside the file and renames: whoever reads sees the old or the new text. Permissions,
// and where the system allows owner and group, are those of `like`, which may be the file.
[[nodiscard]] Done replace_file(const std::string& path, std::string_view text,
                                const std::string& like);
[[nodiscard]] Done remove_file(const std::string& path);

}  // namespace crema::takeover
