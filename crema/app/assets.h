#pragma once

#include "crema/http/request.h"
#include "crema/http/response.h"

#include <optional>
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

// The browser's client, which every server serves, and the demo's page.
[[nodiscard]] std::span<const Asset> embedded_assets();

// Looks up the path of a request, without its query. Null when nothing is served there.
[[nodiscard]] inline const Asset* find_asset(std::string_view path) {
  for (const Asset& asset : embedded_assets()) {
    if (asset.path == path) return &asset;
  }
  return nullptr;
}

// Where a page finds `frappe.realtime`: below Socket.IO's path, so that no proxy needs to know.
inline constexpr std::string_view kClientPath = "/socket.io/crema-realtime.js";

// GET or HEAD of an asset, with its ETag: 200, or 304 for whoever has it. Caches ask each time.
[[nodiscard]] http::Response asset_response(const Asset& asset, const http::Request& request);

// The answer when the request is for kClientPath, and nothing otherwise. Any thread.
[[nodiscard]] std::optional<http::Response> client_script(const http::Request& request);

}  // namespace crema::app
