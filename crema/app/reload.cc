#include "crema/app/reload.h"

#include "crema/app/config_keys.h"
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

bool reload_config(Config& running, const ReadConfig& read) {
  const LoadedConfig loaded = read();
  log_problems(loaded.problems);
  if (has_errors(loaded.problems)) {
    log::error("the configuration has errors: nothing is taken over");
    return false;
  }
  const auto before = values_of(running);
  for (const ConfigKey& key : config_keys()) {
    if (key.take) key.take(running, loaded.config);
  }
  log::configure(running.log_level.value, running.log_format.value);
  const auto after = values_of(running);
  std::string waiting;
  for (const auto& [name, value] : values_of(loaded.config)) {
    const auto was = before.find(name);
    if (was == before.end() || was->second == value) continue;
    if (after.at(name) == value) {
      log::info("a setting has changed",
                {{"name", name}, {"value", value}, {"before", was->second}});
    } else {
      waiting.append(waiting.empty() ? "" : ",").append(name);
    }
  }
  if (!waiting.empty()) {
    log::warn("changed settings wait for the next start", {{"names", waiting}});
  }
  log::info("the configuration was read again");
  return before != after;
}

}  // namespace crema::app
