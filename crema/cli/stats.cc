#include "crema/cli/command.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace crema::cli {

void add_stats(CLI::App& root, Context& context) {
  auto bench = std::make_shared<std::string>();
  CLI::App* command = root.add_subcommand("stats", "Show the counters of the running Crema");
  add_bench_option(*command, *bench);
  command->footer("Example:\n  crema stats --bench ~/frappe-bench");
  command->callback([bench, &context] {
    context.finish(context.actions.stats({.bench = context.bench_query(*bench)}));
  });
}

}  // namespace crema::cli
