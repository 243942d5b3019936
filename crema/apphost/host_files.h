// The hosts' own source, which is part of the binary (hosts/).
#pragma once

#include "crema/apphost/app_files.h"

#include <span>
#include <string>
#include <string_view>

namespace crema::apphost {

struct HostFile {
  std::string_view path;  // "/node/main.js"
  std::string_view bytes;
};

[[nodiscard]] std::span<const HostFile> host_files();

// What a host of that language is handed: a JSON object, name ("main.js") to text.
[[nodiscard]] std::string host_source(Language language);

}  // namespace crema::apphost
