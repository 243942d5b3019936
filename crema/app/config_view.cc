#include "crema/app/config_view.h"

#include "crema/app/config_keys.h"
#include "crema/app/config_show.h"

#include <fmt/format.h>

#include <algorithm>

namespace crema::app {

std::vector<SettingLine> effective_settings(const Config& config) {
  std::vector<SettingLine> lines;
  if (!config.bench.value.empty()) {
    lines.push_back({"bench", config.bench.value, config.bench.source});
    lines.push_back({"sites", show(config.sites), "sites/"});
  }
  for (const ConfigKey& key : config_keys()) {
    ShownSetting shown = key.show(config);
    lines.push_back({full_name(key), std::move(shown.value), std::move(shown.source)});
  }
  lines.push_back({"dialect", show(config.dialect.value), config.dialect.source});
  lines.push_back({"upstream", show(config.upstream.value), config.upstream.source});
  return lines;
}

std::string settings_table(const Config& config) {
  const auto lines = effective_settings(config);
  size_t name_width = 0;
  size_t value_width = 0;
  for (const SettingLine& line : lines) {
    name_width = std::max(name_width, line.name.size());
    value_width = std::max(value_width, line.value.size());
  }
  value_width = std::min<size_t>(value_width, 48);
  std::string text;
  for (const SettingLine& line : lines) {
    const std::string_view value = line.value.empty() ? "-" : std::string_view(line.value);
    text +=
        fmt::format("{:<{}}  {:<{}}  {}\n", line.name, name_width, value, value_width, line.source);
  }
  return text;
}

}  // namespace crema::app
