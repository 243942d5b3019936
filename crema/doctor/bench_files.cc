#include "crema/doctor/bench_files.h"

#include "crema/app/config_file.h"
#include "crema/json/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>

namespace crema::doctor {
namespace {

// Sites whose files are read; a bench of thousands is not what an examination waits for.
constexpr size_t kSitesMax = 200;

std::optional<json::Object> read_object(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  auto value = json::parse(text, app::kConfigFileBytesMax);
  if (!value || !value->is_object()) return std::nullopt;
  return std::move(value->as_object());
}

// Set for one site they change what its pages are told, never the process that serves all sites.
constexpr std::string_view kWithoutEffect[] = {"socketio_origin", "websocket_url",  "socketio_uds",
                                               "redis_queue",     "redis_socketio", "crema"};

}  // namespace

std::string read_common_key(const std::string& bench, const std::string& key) {
  const auto object = read_object(bench + "/sites/common_site_config.json");
  const json::Value* value = object ? object->if_contains(key) : nullptr;
  return value && value->is_string() ? std::string(value->as_string()) : std::string();
}

Findings check_files(const app::LoadedConfig& loaded) {
  Findings findings;
  const app::Config& config = loaded.config;
  for (const app::Problem& problem : loaded.problems) {
    app::Problem bare = problem;
    const std::string cure = std::exchange(bare.cure, {});
    const bool is_error = problem.severity == app::Severity::kError;
    findings.push_back({is_error ? Verdict::kFailed : Verdict::kNote, "configuration",
                        app::to_string(bare), cure});
  }
  for (size_t i = 0; i < std::min(config.sites.size(), kSitesMax); ++i) {
    const auto object =
        read_object(config.bench.value + "/sites/" + config.sites[i] + "/site_config.json");
    for (const std::string_view key : kWithoutEffect) {
      if (!object || !object->contains(key)) continue;
      findings.push_back(
          {Verdict::kNote, "configuration",
           fmt::format("{} in the site_config.json of {} has no effect here", key, config.sites[i]),
           "the realtime process serves all sites: set it in "
           "sites/common_site_config.json"});
    }
  }
  if (findings.empty()) {
    findings.push_back({Verdict::kOk, "configuration", config.bench.value});
  }
  return findings;
}

}  // namespace crema::doctor
