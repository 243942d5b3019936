#include "crema/cli/command.h"

#include <CLI/CLI.hpp>

#include <map>
#include <memory>

namespace crema::cli {
namespace {

const std::map<std::string, log::Level> kLevels = {{"debug", log::Level::kDebug},
                                                   {"info", log::Level::kInfo},
                                                   {"warn", log::Level::kWarn},
                                                   {"error", log::Level::kError},
                                                   {"off", log::Level::kOff}};
const std::map<std::string, log::Format> kFormats = {{"logfmt", log::Format::kLogfmt},
                                                     {"json", log::Format::kJson}};

}  // namespace

void add_demo(CLI::App& root, Context& context) {
  auto options = std::make_shared<app::DemoOptions>();
  CLI::App* command = root.add_subcommand(
      "demo", "Serve a page to try it with, on this machine only, without a bench");
  command->add_option("--port", options->port, "The port to listen on")
      ->option_text("PORT")
      ->check(CLI::Range(1, 65535));
  command->add_option("--log-level", options->log_level, "debug, info, warn, error or off")
      ->option_text("LEVEL")
      ->transform(CLI::CheckedTransformer(kLevels));
  command->add_option("--log-format", options->log_format, "logfmt or json")
      ->option_text("FORMAT")
      ->transform(CLI::CheckedTransformer(kFormats));
  command->footer("Example:\n  crema demo --port 9100");
  command->callback([options, &context] { context.exit_code = context.actions.demo(*options); });
}

}  // namespace crema::cli
