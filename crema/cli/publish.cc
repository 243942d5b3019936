#include "crema/cli/command.h"
#include "crema/cli/message_argument.h"
#include "crema/cli/publish_target.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace crema::cli {
namespace {

struct Arguments {
  Addressee to;
  std::string event;
  std::string message = "{}";  // What Frappe publishes when it is given none.
};

app::Outcome publish(const Arguments& arguments, const Context& context) {
  auto order = order_to(arguments.to, context);
  if (!order) return app::fail_with(app::kExitUsage, order.error());
  auto message = read_message(arguments.message, context.surroundings.terminal.in);
  if (!message) return app::fail_with(app::kExitUsage, message.error());
  order->event = arguments.event;
  order->message = std::move(*message);
  return context.actions.publish(*order);
}

}  // namespace

void add_publish(CLI::App& root, Context& context) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = root.add_subcommand(
      "publish", "Publish one event: to a bench's Redis as Frappe does, else to the running demo");
  add_addressee_options(*command, arguments->to);
  command->add_option("event", arguments->event, "The event's name")
      ->option_text("EVENT")
      ->required();
  command->add_option("message", arguments->message, "JSON; {} without it; - reads standard input")
      ->option_text("[JSON|-]");
  command->footer(
      "Examples:\n"
      "  crema publish --user alice@example.com progress '{\"percent\": 40, \"title\": "
      "\"Import\"}'\n"
      "  crema publish --doctype ToDo --docname TD-1 doc_update - < message.json");
  command->callback([arguments, &context] { context.finish(publish(*arguments, context)); });
}

}  // namespace crema::cli
