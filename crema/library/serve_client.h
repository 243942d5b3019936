// The client's bundles, below the server's own path. Source: spec/socketio.md 3.1, `serveClient`.
#pragma once

#include "crema/http/cors.h"
#include "crema/http/request.h"
#include "crema/http/response.h"

#include <optional>
#include <span>
#include <string_view>

namespace crema::library {

struct ClientFile {
  std::string_view name;
  std::string_view bytes;
  std::string_view brotli;  // The same, compressed when the program was built.
};

// The eight files of npm's package, part of the program. Written by cmake/CremaClientBundle.cmake.
[[nodiscard]] std::span<const ClientFile> client_files();
[[nodiscard]] std::string_view client_version();

// The answer to a request for one of them below `path`; nothing for any other. Any thread.
[[nodiscard]] std::optional<http::Response> serve_client(const http::Request& request,
                                                         std::string_view path,
                                                         const http::Cors& cors);

}  // namespace crema::library
