#include "crema/cli/command.h"
#include "crema/cli/progress_line.h"
#include "crema/cli/publish_target.h"
#include "crema/publish/call.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace crema::cli {
namespace {

struct Arguments {
  Addressee to;
  std::string title;
};

// What became of the lines so far.
struct Tally {
  size_t published = 0;
  size_t bad_lines = 0;
  app::Outcome last = {};
  std::string complaint = {};  // The last one, said once.
};

void complain_once(Tally& tally, const std::string& complaint, std::ostream& err) {
  if (complaint != tally.complaint) err << complaint << std::flush;
  tally.complaint = complaint;
}

// Every line is read, whatever becomes of it: a bar must not end the job that moves it.
app::Outcome follow(const Arguments& arguments, const Context& context, app::PublishOptions order) {
  const Terminal& terminal = context.surroundings.terminal;
  Tally tally;
  size_t number = 0;
  for (std::string text; std::getline(terminal.in, text);) {
    ++number;
    if (text.find_first_not_of(" \t\r") == std::string::npos) continue;
    const auto line = read_progress_line(text);
    if (!line) {
      ++tally.bad_lines;
      terminal.err << "crema: line " << number << ": " << line.error() << std::endl;
      continue;
    }
    order.message = publish::progress_message(
        {.percent = line->percent, .title = arguments.title, .description = line->description});
    tally.last = context.actions.publish(order);
    complain_once(tally, tally.last.err, terminal.err);
    if (tally.last.exit_code == app::kExitClean) ++tally.published;
  }
  app::Outcome outcome{.exit_code = tally.last.exit_code, .out = {}, .err = {}};
  if (tally.last.exit_code == app::kExitClean && tally.bad_lines > 0) {
    outcome.exit_code = app::kExitUsage;
  }
  if (tally.published > 0) {
    outcome.out = tally.last.out + std::to_string(tally.published) + " lines in all\n";
  }
  return outcome;
}

app::Outcome progress(const Arguments& arguments, const Context& context) {
  auto order = order_to(arguments.to, context);
  if (!order) return app::fail_with(app::kExitUsage, order.error());
  order->event = "progress";
  return follow(arguments, context, std::move(*order));
}

}  // namespace

void add_progress(CLI::App& root, Context& context) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = root.add_subcommand(
      "progress", "Move a progress dialog: reads lines of N or N DESCRIPTION, N from 0 to 100");
  add_addressee_options(*command, arguments->to);
  command->add_option("--title", arguments->title, "The dialog's title; Progress without it")
      ->option_text("TITLE");
  command->footer(
      "100 closes the dialog, less than 0 is failure.\n\n"
      "Example:\n"
      "  for i in $(seq 100); do echo $i row $i; sleep 0.05; done |\n"
      "  crema progress --user alice@example.com --title Import");
  command->callback([arguments, &context] { context.finish(progress(*arguments, context)); });
}

}  // namespace crema::cli
