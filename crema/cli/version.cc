#include "crema/app/version.h"

#include "crema/cli/command.h"

#include <CLI/CLI.hpp>

namespace crema::cli {

void add_version(CLI::App& root, Context& context) {
  CLI::App* command = root.add_subcommand("version", "Show the version");
  command->footer("Example:\n  crema version");
  command->callback([&context] {
    context.finish({.out = "crema " + std::string(app::version()) + '\n', .err = {}});
  });
}

}  // namespace crema::cli
