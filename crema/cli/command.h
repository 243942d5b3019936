// What all subcommands share while the arguments are parsed.
#pragma once

#include "crema/cli/actions.h"

#include <string>

namespace CLI {
class App;
}

namespace crema::cli {

// Lives for one `run`; the parser's callbacks refer to it.
struct Context {
  const Actions& actions;
  const Surroundings& surroundings;
  int exit_code = app::kExitClean;

  // Prints what a command left and keeps its exit code.
  void finish(const app::Outcome& outcome);
  [[nodiscard]] app::BenchQuery bench_query(const std::string& flag) const;
  // Without flags.
  [[nodiscard]] app::ConfigQuery config_query(const std::string& bench_flag) const;
};

// --bench DIR. `value` must outlive the parsing.
void add_bench_option(CLI::App& command, std::string& value);

// One per file of this folder. Each adds its subcommand, which runs when it was parsed.
void add_serve(CLI::App& root, Context& context);
void add_demo(CLI::App& root, Context& context);
void add_publish(CLI::App& root, Context& context);
void add_progress(CLI::App& root, Context& context);
void add_stats(CLI::App& root, Context& context);
void add_check(CLI::App& root, Context& context);
void add_config(CLI::App& root, Context& context);
void add_disconnect(CLI::App& root, Context& context);
void add_bench(CLI::App& root, Context& context);
void add_doctor(CLI::App& root, Context& context);
void add_token(CLI::App& root, Context& context);
void add_load(CLI::App& root, Context& context);
void add_reload(CLI::App& root, Context& context);
void add_version(CLI::App& root, Context& context);

}  // namespace crema::cli
