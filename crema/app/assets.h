#pragma once

#include <span>
#include <string_view>

namespace crema::app {

// A file that is part of the binary. All views last as long as the process.
struct Asset {
  std::string_view path;          // As requested: "/", "/demo.css".
  std::string_view content_type;  // The whole header value.
  std::string_view bytes;
  std::string_view etag;  // Strong, of the bytes; quotes included.
};

// The demo page and the official client it uses.
[[nodiscard]] std::span<const Asset> demo_assets();

// Looks up the path of a request, without its query. Null when nothing is served there.
[[nodiscard]] inline const Asset* find_asset(std::string_view path) {
  for (const Asset& asset : demo_assets()) {
    if (asset.path == path) return &asset;
  }
  return nullptr;
}

}  // namespace crema::app
