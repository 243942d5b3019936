#include "crema/apphost/app_files.h"

#include "crema/apphost/config.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <unistd.h>

namespace crema::apphost {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kBuiltIn = "frappe";

bool is_program(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error) && ::access(path.c_str(), X_OK) == 0;
}

std::string find_in_path(std::string_view name) {
  const char* path = std::getenv("PATH");
  std::string_view rest = path ? path : "";
  while (!rest.empty()) {
    const auto colon = std::min(rest.find(':'), rest.size());
    const fs::path program = fs::path(rest.substr(0, colon)) / name;
    if (colon != 0 && is_program(program)) return program.string();
    rest.remove_prefix(std::min(colon + 1, rest.size()));
  }
  return {};
}

std::string find_python(const Config& config) {
  if (!config.python.empty()) return config.python;
  const fs::path own = fs::path(config.bench) / "env/bin/python";
  return is_program(own) ? own.string() : find_in_path("python3");
}

bool exists(const std::string& bench, const std::string& file) {
  std::error_code error;
  return fs::is_regular_file(fs::path(bench) / file, error);
}

std::vector<std::string> app_names(const std::string& bench) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(fs::path(bench) / "apps", error)) {
    std::string name = entry.path().filename().string();
    if (name != kBuiltIn && !name.starts_with('.')) names.push_back(std::move(name));
  }
  std::ranges::sort(names);
  return names;
}

std::string needs(const AppFile& app, std::string_view file, std::string_view what) {
  std::string text = "apps/" + app.app + ": ";
  return text.append(file).append(" needs ").append(what).append("; its events are ignored");
}

}  // namespace

std::string_view to_text(Language language) {
  return language == Language::kNode ? "node" : "python";
}

AppFiles find_app_files(const Config& config) {
  AppFiles found;
  const bool prefers_python = config.socketio_backend.starts_with("python");
  for (const std::string& app : app_names(config.bench)) {
    const std::string js = "apps/" + app + "/realtime/handlers.js";
    const std::string py = "apps/" + app + "/" + app + "/realtime/handlers.py";
    const bool has_js = exists(config.bench, js);
    const bool has_py = exists(config.bench, py);
    if (!has_js && !has_py) continue;
    const bool is_python = has_py && (prefers_python || !has_js);
    if (has_js && has_py) {
      found.notes.push_back(
          "apps/" + app + ": of handlers.js and handlers.py, " +
          (is_python ? "handlers.py" : "handlers.js") + " runs, because socketio_backend is `" +
          (config.socketio_backend.empty() ? "node" : config.socketio_backend) + "`");
    }
    found.apps.push_back(
        {app, is_python ? py : js, is_python ? Language::kPython : Language::kNode});
  }
  const auto uses = [&](Language language) {
    return std::ranges::any_of(found.apps,
                               [language](const AppFile& a) { return a.language == language; });
  };
  if (uses(Language::kNode)) found.node = config.node.empty() ? find_in_path("node") : config.node;
  if (uses(Language::kPython)) found.python = find_python(config);
  std::erase_if(found.apps, [&](const AppFile& app) {
    const bool is_node = app.language == Language::kNode;
    if (!(is_node ? found.node : found.python).empty()) return false;
    found.notes.push_back(is_node ? needs(app, "handlers.js", "Node, none found in PATH")
                                  : needs(app, "handlers.py", "Python, none found in PATH"));
    return true;
  });
  return found;
}

}  // namespace crema::apphost
