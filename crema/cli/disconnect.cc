#include "crema/cli/command.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace crema::cli {

void add_disconnect(CLI::App& root, Context& context) {
  struct Arguments {
    std::string bench;
    std::string site;
    std::string user;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = root.add_subcommand("disconnect", "Disconnect a user from a site");
  add_bench_option(*command, arguments->bench);
  command->add_option("--site", arguments->site, "The site; as for publish when left out")
      ->option_text("SITE");
  command->add_option("--user", arguments->user, "The user, as Frappe names them")
      ->option_text("USER")
      ->required();
  command->footer("Example:\n  crema disconnect --site erp.example.com --user ann@example.com");
  command->callback([arguments, &context] {
    context.finish(context.actions.disconnect({.bench = context.bench_query(arguments->bench),
                                               .site = arguments->site,
                                               .user = arguments->user}));
  });
}

}  // namespace crema::cli
