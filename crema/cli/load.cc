#include "crema/cli/command.h"
#include "crema/load/come_back.h"
#include "crema/load/come_back_report.h"
#include "crema/load/measurement.h"
#include "crema/load/options.h"
#include "crema/load/report.h"
#include "crema/load/socket.h"

#include <CLI/CLI.hpp>

#include <chrono>
#include <memory>
#include <ostream>

namespace crema::cli {
namespace {

struct LoadArguments {
  load::RawOptions raw;
  bool as_json = false;
};

app::Outcome see_them_come_back(const LoadArguments& arguments, const load::Options& options,
                                std::ostream& out) {
  const auto on_ready = [&arguments, &options, &out](std::chrono::nanoseconds time) {
    out << (arguments.as_json ? load::ready_json(options, time) : load::ready_text(options, time))
        << std::endl;
  };
  const auto found = load::come_back(options, on_ready);
  if (!found) return app::fail_with(app::kExitFailure, found.error());
  return {.exit_code = found->is_well(options) ? app::kExitClean : app::kExitFailure,
          .out = arguments.as_json ? load::to_json(options, *found) + '\n'
                                   : load::to_text(options, *found),
          .err = {}};
}

app::Outcome put_under_load(const LoadArguments& arguments, std::ostream& out) {
  const auto options = load::understand(arguments.raw);
  if (!options) return app::fail_with(app::kExitUsage, options.error());
  load::raise_descriptor_limit();
  if (options->come_back.count() != 0) return see_them_come_back(arguments, *options, out);
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
  load::declare_coming_back(*command, arguments->raw);
  command->add_flag("--json", arguments->as_json,
                    "Print one line of JSON, with --come-back another before it");
  command->footer(
      "Example, 1,000 times the session of one user, 500 messages to all of the site:\n"
      "  crema load --server 127.0.0.1:9000 --server-pid $(pgrep -x crema) --site a.localhost \\\n"
      "    --header 'Cookie: sid=0123abcd' --header 'Host: a.localhost:9000' \\\n"
      "    --header 'Origin: http://a.localhost:9000' --redis 127.0.0.1:11000 --messages 500\n"
      "It publishes on the bench's own Redis: use an event that no page listens to (`bench`).\n"
      "With --come-back 60 in place of --messages: restart the server once it says that all are\n"
      "ready. Exit code 0: everybody was lost, came back, and got an event without having\n"
      "subscribed again; 1: not so.");
  command->callback([arguments, &context] {
    context.finish(put_under_load(*arguments, context.surroundings.terminal.out));
  });
}

}  // namespace crema::cli
