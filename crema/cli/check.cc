#include "crema/cli/command.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace crema::cli {

void add_check(CLI::App& root, Context& context) {
  auto bench = std::make_shared<std::string>();
  CLI::App* command =
      root.add_subcommand("check", "Name every problem of the configuration, with its cure");
  add_bench_option(*command, *bench);
  command->footer("Example:\n  crema check --bench ~/frappe-bench");
  command->callback(
      [bench, &context] { context.finish(context.actions.check(context.config_query(*bench))); });
}

}  // namespace crema::cli
