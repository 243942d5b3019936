#include "crema/cli/command.h"

#include <CLI/CLI.hpp>

#include <memory>

namespace crema::cli {
namespace {

struct Arguments {
  std::string bench;
  std::vector<std::string> host;
  std::string port;
  std::string shards;
  std::string web_url;
  std::string frappe_version;
  std::string log_level;
  std::string log_format;
  std::string admin;
};

// The configuration reads and judges the values: a flag is one more source of a key.
app::ConfigQuery query_of(const Arguments& arguments, const Context& context) {
  app::ConfigQuery query{.bench = context.bench_query(arguments.bench), .flags = {}};
  const auto add = [&query](const char* key, const std::string& value) {
    if (!value.empty()) query.flags.push_back({key, {value}});
  };
  if (!arguments.host.empty()) query.flags.push_back({"host", arguments.host});
  add("socketio_port", arguments.port);
  add("shards", arguments.shards);
  add("web_url", arguments.web_url);
  add("frappe_version", arguments.frappe_version);
  add("log_level", arguments.log_level);
  add("log_format", arguments.log_format);
  add("admin", arguments.admin);
  return query;
}

}  // namespace

void add_serve(CLI::App& root, Context& context) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = root.add_subcommand("serve", "Serve a bench (the default)");
  add_bench_option(*command, arguments->bench);
  command->add_option("--host", arguments->host, "An address to listen on; may be repeated")
      ->option_text("ADDRESS")
      ->expected(1)
      ->take_all();
  const auto option = [command](const char* name, std::string& value, const char* help,
                                const char* text) {
    command->add_option(name, value, help)->option_text(text);
  };
  option("--port", arguments->port, "The port to listen on", "PORT");
  option("--shards", arguments->shards, "Threads that serve: 1 to 64, or auto", "N");
  option("--web-url", arguments->web_url, "Where the web process is asked", "URL");
  option("--frappe-version", arguments->frappe_version, "auto, 15, or 16, which is develop too",
         "VERSION");
  option("--log-level", arguments->log_level, "debug, info, warn, error or off", "LEVEL");
  option("--log-format", arguments->log_format, "logfmt or json", "FORMAT");
  option("--admin", arguments->admin, "Admin endpoints over TCP; needs CREMA_ADMIN_TOKEN",
         "HOST:PORT");
  command->footer("Example:\n  crema serve --bench ~/frappe-bench --log-level debug");
  command->callback([arguments, &context] {
    context.exit_code = context.actions.serve(query_of(*arguments, context));
  });
}

}  // namespace crema::cli
