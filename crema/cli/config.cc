#include "crema/cli/command.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace crema::cli {

void add_config(CLI::App& root, Context& context) {
  auto bench = std::make_shared<std::string>();
  CLI::App* command =
      root.add_subcommand("config", "Show every value of the configuration with its source");
  add_bench_option(*command, *bench);
  command->footer("Example:\n  crema config --bench ~/frappe-bench");
  command->callback(
      [bench, &context] { context.finish(context.actions.config(context.config_query(*bench))); });
}

}  // namespace crema::cli
