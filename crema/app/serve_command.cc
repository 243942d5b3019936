#include "crema/app/serve_command.h"

#include "crema/app/outcome.h"
#include "crema/app/run.h"

#include <cstdio>

namespace crema::app {

int serve_command(const ConfigQuery& query) {
  const LoadedConfig loaded = load_config(query);
  if (has_errors(loaded.problems)) {
    const std::string text = to_string(loaded.problems);
    std::fwrite(text.data(), 1, text.size(), stderr);
    return kExitUsage;
  }
  log::configure(loaded.config.log_level.value, loaded.config.log_format.value);
  for (const Problem& problem : loaded.problems) log::warn(to_string(problem));
  return run_serve(loaded.config, [query] { return load_config(query); });
}

}  // namespace crema::app
