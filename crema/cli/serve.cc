#include "crema/app/config_keys.h"
#include "crema/cli/command.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace crema::cli {
namespace {

struct Arguments {
  std::string bench;
  // In the order of the keys; an option writes into the one of its key.
  std::vector<app::Flag> flags;
};

// The configuration reads and judges the values: a flag is one more source of a key.
app::ConfigQuery query_of(const Arguments& arguments, const Context& context) {
  app::ConfigQuery query = context.config_query(arguments.bench);
  for (const app::Flag& flag : arguments.flags) {
    if (!flag.values.empty()) query.flags.push_back(flag);
  }
  return query;
}

// One address each time, and as many times as there are addresses.
void let_repeat(CLI::Option& option) { option.expected(1)->take_all(); }

}  // namespace

void add_serve(CLI::App& root, Context& context) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = root.add_subcommand("serve", "Serve a bench (the default)");
  add_bench_option(*command, arguments->bench);
  arguments->flags.reserve(app::config_keys().size());  // The options refer to its elements.
  for (const app::ConfigKey& key : app::config_keys()) {
    if (key.flag.empty()) continue;
    app::Flag& flag = arguments->flags.emplace_back(app::Flag{std::string(key.name), {}});
    CLI::Option* option =
        command->add_option(std::string(key.flag), flag.values, std::string(key.help));
    option->option_text(key.name == "host" ? "ADDRESS, may be repeated" : "VALUE");
    option->expected(1)->take_last();
    if (key.name == "host") let_repeat(*option);
  }
  command->footer("Example:\n  crema serve --bench ~/frappe-bench --log-level debug");
  command->callback([arguments, &context] {
    context.exit_code = context.actions.serve(query_of(*arguments, context));
  });
}

}  // namespace crema::cli
