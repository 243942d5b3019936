#include "crema/cli/command.h"
#include "crema/load/measurement.h"
#include "crema/load/options.h"
#include "crema/load/report.h"
#include "crema/load/socket.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace crema::cli {
namespace {

struct LoadArguments {
  load::RawOptions raw;
  bool as_json = false;
};

app::Outcome put_under_load(const LoadArguments& arguments) {
  const auto options = load::understand(arguments.raw);
  if (!options) return app::fail_with(app::kExitUsage, options.error());
  load::raise_descriptor_limit();
  const auto found = load::measure(*options);
  if (!found) return app::fail_with(app::kExitFailure, found.error());
  return {.exit_code = app::kExitClean,
          .out = arguments.as_json ? load::to_json(*options, *found) + '\n'
                                   : load::to_text(*options, *found),
          .err = {}};
}

}  // namespace

void add_load(CLI::App& root, Context& context) {
  auto arguments = std::make_shared<LoadArguments>();
  CLI::App* command = root.add_subcommand(
      "load", "Open many connections, send messages, and tell what that cost and how long it took");
  load::declare_options(*command, arguments->raw);
  command->add_flag("--json", arguments->as_json, "Print one line of JSON");
  command->footer(
      "Example, 1,000 times the session of one user, 500 messages to all of the site:\n"
      "  crema load --server 127.0.0.1:9000 --server-pid $(pgrep -x crema) --site a.localhost \\\n"
      "    --header 'Cookie: sid=0123abcd' --header 'Host: a.localhost:9000' \\\n"
      "    --header 'Origin: http://a.localhost:9000' --redis 127.0.0.1:11000 --messages 500\n"
      "It publishes on the bench's own Redis: use an event that no page listens to (`bench`).");
  command->callback([arguments, &context] { context.finish(put_under_load(*arguments)); });
}

}  // namespace crema::cli
