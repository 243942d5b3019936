#include "crema/app/container.h"

#include <filesystem>

namespace crema::app {

std::string container_sign(const Environment& environment,
                           const std::function<bool(const std::string& path)>& exists) {
  for (const char* path : {"/.dockerenv", "/run/.containerenv"}) {
    if (exists(path)) return path;
  }
  constexpr std::string_view kKubernetes = "KUBERNETES_SERVICE_HOST";
  return std::string(get(environment, kKubernetes).empty() ? "" : kKubernetes);
}

std::string container_sign() {
  return container_sign(current_environment(), [](const std::string& path) {
    std::error_code error;
    return std::filesystem::exists(path, error);
  });
}

}  // namespace crema::app
