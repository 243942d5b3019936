#include "crema/app/config_commands.h"
#include "crema/app/container.h"
#include "crema/app/disconnect_command.h"
#include "crema/app/publish_command.h"
#include "crema/app/reload_command.h"
#include "crema/app/run.h"
#include "crema/app/serve_command.h"
#include "crema/app/stats_command.h"
#include "crema/cli/command_line.h"

#include <exception>
#include <filesystem>
#include <iostream>

int main(int argc, char** argv) {
  using namespace crema;
  // What escapes here is a bug or memory that ran out; it must not look like an answer.
  try {
    const cli::Actions actions{.serve = app::serve_command,
                               .demo = app::run_demo,
                               .publish = app::publish_command,
                               .stats = app::stats_command,
                               .check = app::check_command,
                               .config = app::config_command,
                               .disconnect = app::disconnect_command,
                               .bench = app::bench_command,
                               .doctor = doctor::doctor_command,
                               .reload = app::reload_command};
    std::error_code no_directory;
    const cli::Surroundings surroundings{
        .terminal = {std::cin, std::cout, std::cerr},
        .environment = app::current_environment(),
        .working_directory = std::filesystem::current_path(no_directory).string(),
        .container = app::container_sign()};
    return cli::run({argv + 1, argv + argc}, actions, surroundings);
  } catch (const std::exception& error) {
    std::cerr << "crema: " << error.what() << '\n';
    return app::kExitFailure;
  }
}
