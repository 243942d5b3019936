#include "crema/app/config_commands.h"

#include "crema/app/config_view.h"

#include <fmt/format.h>

namespace crema::app {

Outcome check_command(const ConfigQuery& query) {
  const LoadedConfig loaded = load_config(query);
  if (has_errors(loaded.problems)) {
    return {.exit_code = kExitUsage, .out = {}, .err = to_string(loaded.problems)};
  }
  return {
      .exit_code = kExitClean,
      .out = fmt::format("{}: {} ({} site{})\n", loaded.config.bench.value,
                         loaded.problems.empty() ? "no problems" : "no errors",
                         loaded.config.sites.size(), loaded.config.sites.size() == 1 ? "" : "s"),
      .err = to_string(loaded.problems)};
}

Outcome config_command(const ConfigQuery& query) {
  const LoadedConfig loaded = load_config(query);
  const bool failed = has_errors(loaded.problems);
  return {.exit_code = failed ? kExitUsage : kExitClean,
          .out = loaded.config.bench.value.empty() ? "" : settings_table(loaded.config),
          .err = to_string(loaded.problems)};
}

}  // namespace crema::app
