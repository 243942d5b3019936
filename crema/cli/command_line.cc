#include "crema/cli/command_line.h"

#include "crema/app/nearest.h"
#include "crema/app/version.h"
#include "crema/cli/command.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace crema::cli {
namespace {

constexpr std::array<std::string_view, 14> kCommands = {
    "serve",      "demo",  "publish", "progress", "stats", "check",  "config",
    "disconnect", "bench", "doctor",  "load",     "token", "reload", "version"};

bool is_for_root(std::string_view argument) {
  return argument == "--help" || argument == "-h" || argument == "--version";
}

// `crema --port 9000` is `crema serve --port 9000`.
void insert_default_command(std::vector<std::string>& arguments) {
  const bool has_command = !arguments.empty() && !arguments.front().starts_with('-');
  const bool asks_root = !arguments.empty() && is_for_root(arguments.front());
  if (!has_command && !asks_root) arguments.insert(arguments.begin(), "serve");
}

void describe(CLI::App& root) {
  root.name("crema");
  root.description("Crema, a realtime server for Frappe");
  root.set_version_flag("--version", "crema " + std::string(app::version()));
  root.require_subcommand(1);
  root.footer(
      "Without a command: serve.\n\nExamples:\n"
      "  crema demo\n"
      "  crema --bench ~/frappe-bench\n"
      "  crema publish --help");
}

int parse(CLI::App& root, std::vector<std::string> arguments, const Context& context) {
  const Terminal& terminal = context.surroundings.terminal;
  try {
    std::ranges::reverse(arguments);  // As CLI11 takes them.
    root.parse(std::move(arguments));
    return context.exit_code;
  } catch (const CLI::ParseError& error) {
    const int code = root.exit(error, terminal.out, terminal.err);
    return code == 0 ? app::kExitClean : app::kExitUsage;
  }
}

}  // namespace

int run(std::vector<std::string> arguments, const Actions& actions,
        const Surroundings& surroundings) {
  insert_default_command(arguments);
  const std::string_view command = arguments.front();
  if (!is_for_root(command) && std::ranges::find(kCommands, command) == kCommands.end()) {
    surroundings.terminal.err << "crema: there is no command " << command << ", the nearest is "
                              << app::nearest_name(command, kCommands)
                              << "\nRun crema --help for all of them.\n";
    return app::kExitUsage;
  }
  Context context{.actions = actions, .surroundings = surroundings};
  CLI::App root;
  describe(root);
  add_serve(root, context);
  add_demo(root, context);
  add_publish(root, context);
  add_progress(root, context);
  add_stats(root, context);
  add_check(root, context);
  add_config(root, context);
  add_disconnect(root, context);
  add_bench(root, context);
  add_doctor(root, context);
  add_token(root, context);
  add_load(root, context);
  add_reload(root, context);
  add_version(root, context);
  return parse(root, std::move(arguments), context);
}

}  // namespace crema::cli
