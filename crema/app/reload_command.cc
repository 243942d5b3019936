#include "crema/app/reload_command.h"

#include "crema/app/config.h"
#include "crema/app/running_crema.h"

namespace crema::app {

Outcome reload_command(const BenchQuery& bench) {
  const LoadedConfig loaded = load_config({.bench = bench, .flags = {}});
  if (loaded.config.bench.value.empty()) return fail_with(loaded.problems.front());
  const auto answer = post_to_running(loaded.config, "/api/reload");
  if (!answer) return answer.error();
  return {.exit_code = kExitClean,
          .out =
              "the configuration is read again and apps' handlers are loaded anew; the log says\n"
              "what has changed, what waits for the next start and what does not load\n",
          .err = {}};
}

}  // namespace crema::app
