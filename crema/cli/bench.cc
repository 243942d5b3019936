#include "crema/cli/command.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

namespace crema::cli {
namespace {

struct Arguments {
  std::string bench;
  std::string binary;
  bool yes = false;
};

// Shows the difference and takes a line of input; only y or yes agrees.
bool ask(const Terminal& terminal, const std::string& difference) {
  terminal.out << difference << "Write this? [y/N] " << std::flush;
  std::string answer;
  std::getline(terminal.in, answer);
  if (!terminal.in) terminal.out << '\n';
  return answer == "y" || answer == "Y" || answer == "yes";
}

void run(const Arguments& arguments, app::BenchAction action, Context& context) {
  app::BenchOptions options{
      .bench = context.bench_query(arguments.bench), .action = action, .binary = arguments.binary};
  if (!arguments.yes) {
    options.confirm = [&context](const std::string& difference) {
      return ask(context.surroundings.terminal, difference);
    };
  }
  context.finish(context.actions.bench(options));
}

struct Subcommand {
  app::BenchAction action;
  const char* name;
  const char* help;
  const char* example;
};

constexpr Subcommand kSubcommands[] = {
    {app::BenchAction::kStatus, "status", "Show which realtime process the bench starts, and where",
     "Example:\n  crema bench status --bench ~/frappe-bench"},
    {app::BenchAction::kInstall, "install",
     "Write Crema into the bench's Procfile, supervisor.conf and units, in place of Node",
     "Shows the difference and asks. What was there stays in <file>.before-crema.\n\n"
     "Example:\n  crema bench install --bench ~/frappe-bench"},
    {app::BenchAction::kUninstall, "uninstall", "Put back what was there before install",
     "Byte for byte, unless the file was edited since: then only the command.\n\n"
     "Example:\n  crema bench uninstall --bench ~/frappe-bench --yes"},
};

}  // namespace

void add_bench(CLI::App& root, Context& context) {
  CLI::App* group = root.add_subcommand(
      "bench", "Switch a bench from Node's realtime process to Crema, and back");
  group->require_subcommand(1);
  group->footer(
      "Examples:\n"
      "  crema bench status --bench ~/frappe-bench\n"
      "  crema bench install --bench ~/frappe-bench");
  for (const Subcommand& it : kSubcommands) {
    auto arguments = std::make_shared<Arguments>();
    CLI::App* command = group->add_subcommand(it.name, it.help);
    add_bench_option(*command, arguments->bench);
    if (it.action == app::BenchAction::kInstall) {
      command->add_option("--binary", arguments->binary, "The crema to start; else this one")
          ->option_text("PATH");
    }
    if (it.action != app::BenchAction::kStatus) {
      command->add_flag("--yes", arguments->yes, "Do not ask");
    }
    command->footer(it.example);
    command->callback(
        [arguments, action = it.action, &context] { run(*arguments, action, context); });
  }
}

}  // namespace crema::cli
