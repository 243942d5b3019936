#include "crema/doctor/doctor.h"

#include "crema/cli/command.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

namespace crema::cli {

void add_doctor(CLI::App& root, Context& context) {
  struct Arguments {
    std::string bench;
    doctor::DoctorOptions options;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      root.add_subcommand("doctor", "Examine everything between Frappe and a browser, live");
  add_bench_option(*command, arguments->bench);
  doctor::DoctorOptions& options = arguments->options;
  command->add_option("--url", options.url, "The address that browsers use, to examine the proxy")
      ->option_text("URL");
  command
      ->add_option("--connect", options.connect,
                   "Where to reach the proxy, when its name leads elsewhere from here")
      ->option_text("HOST:PORT");
  command->add_option("--site", options.site, "The site; else the one of the URL, or the only one")
      ->option_text("SITE");
  command
      ->add_option(
          "--sid", options.sid,
          "The cookie `sid` of a session, to examine with an event to its user; - reads it")
      ->option_text("SID");
  command->footer(
      "Exit code 0: all is well; 1: something is not; 2: usage.\n\n"
      "Examples:\n"
      "  crema doctor --bench ~/frappe-bench\n"
      "  crema doctor --url https://erp.example.com --sid 0123abcd");
  command->callback([arguments, &context] {
    // Arguments are shown to everybody on the machine.
    if (arguments->options.sid == "-") {
      std::getline(context.surroundings.terminal.in, arguments->options.sid);
    }
    arguments->options.config = context.config_query(arguments->bench);
    context.finish(context.actions.doctor(arguments->options));
  });
}

}  // namespace crema::cli
