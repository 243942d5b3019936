#include "crema/cli/command.h"

#include <CLI/CLI.hpp>

namespace crema::cli {

void Context::finish(const app::Outcome& outcome) {
  surroundings.terminal.err << outcome.err << std::flush;
  surroundings.terminal.out << outcome.out << std::flush;
  exit_code = outcome.exit_code;
}

app::BenchQuery Context::bench_query(const std::string& flag) const {
  return {.flag = flag,
          .environment = surroundings.environment,
          .working_directory = surroundings.working_directory};
}

app::ConfigQuery Context::config_query(const std::string& bench_flag) const {
  return {.bench = bench_query(bench_flag), .flags = {}, .container = surroundings.container};
}

void add_bench_option(CLI::App& command, std::string& value) {
  command.add_option("--bench", value, "The bench; else FRAPPE_BENCH_ROOT or the one around here")
      ->option_text("DIR");
}

}  // namespace crema::cli
