// Which apps of a bench have handlers, and which of them can run here.
// Source: spec/frappe-realtime.md 8.1, 8.3.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace crema::apphost {

struct Config;

enum class Language : uint8_t { kNode, kPython };

[[nodiscard]] std::string_view to_text(Language language);

struct AppFile {
  std::string app;
  std::string file;  // Seen from the bench: "apps/chat/realtime/handlers.js".
  Language language = Language::kNode;

  friend bool operator==(const AppFile&, const AppFile&) = default;
};

struct AppFiles {
  std::vector<AppFile> apps;       // By name.
  std::vector<std::string> notes;  // For the operator: what was chosen or cannot run, a line each.
  std::string node;                // The programs; empty when none was found or none is needed.
  std::string python;
};

// Reads folders. `frappe` is never among them: it is built in. Errors: none; a bench without apps
// has no files.
[[nodiscard]] AppFiles find_app_files(const Config& config);

}  // namespace crema::apphost
