// Which Frappe a bench has, read from its files.
#pragma once

#include <optional>
#include <string>

namespace crema::app {

struct FrappeVersion {
  unsigned major = 0;
  std::string text;    // "15.84.0".
  std::string source;  // The file, seen from the bench: "sites/apps.json".
};

// apps/frappe/frappe/__init__.py, else sites/apps.json, which images without sources have; nothing
// when neither says. Source: spec/frappe-realtime.md 0.1.
[[nodiscard]] std::optional<FrappeVersion> find_frappe_version(const std::string& bench_directory);

}  // namespace crema::app
