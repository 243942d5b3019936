#include "crema/cli/command.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace crema::cli {

void add_reload(CLI::App& root, Context& context) {
  auto bench = std::make_shared<std::string>();
  CLI::App* command =
      root.add_subcommand("reload", "Read the configuration again, load handlers anew");
  add_bench_option(*command, *bench);
  command->footer(
      "Takes over bounds, deadlines and the log's level and format; the log names what waits\n"
      "for the next start. Connections stay. SIGHUP does the same.\n\nExample:\n  crema reload");
  command->callback(
      [bench, &context] { context.finish(context.actions.reload(context.bench_query(*bench))); });
}

}  // namespace crema::cli
