#include "crema/app/reload.h"

#include "crema/app/config_view.h"
#include "crema/base/log.h"

#include <map>
#include <string>

namespace crema::app {
namespace {

std::map<std::string, std::string> values_of(const Config& config) {
  std::map<std::string, std::string> values;
  for (const SettingLine& line : effective_settings(config)) values[line.name] = line.value;
  return values;
}

void log_problems(const Problems& problems) {
  for (const Problem& problem : problems) log::warn(to_string(problem));
}

}  // namespace

void reload_config(Config& running, const ReadConfig& read) {
  const LoadedConfig loaded = read();
  log_problems(loaded.problems);
  if (has_errors(loaded.problems)) {
    log::error("the configuration has errors: nothing is taken over");
    return;
  }
  const auto before = values_of(running);
  running.log_level = loaded.config.log_level;
  running.log_format = loaded.config.log_format;
  log::configure(running.log_level.value, running.log_format.value);
  const auto after = values_of(running);
  for (const auto& [name, value] : values_of(loaded.config)) {
    const auto was = before.find(name);
    if (was == before.end() || was->second == value) continue;
    const bool is_taken_over = after.at(name) == value;
    log::info(is_taken_over ? "a setting has changed" : "a setting waits for the next start",
              {{"name", name}, {"value", value}});
  }
  log::info("the configuration was read again");
}

}  // namespace crema::app
