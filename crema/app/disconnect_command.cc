#include "crema/app/disconnect_command.h"

#include "crema/app/config.h"
#include "crema/app/publish_command.h"
#include "crema/app/running_crema.h"
#include "crema/json/normalize.h"
#include "crema/json/slice.h"

#include <fmt/format.h>

namespace crema::app {
namespace {

std::string request_body(const std::string& site, const std::string& user) {
  std::string body = R"({"site":)";
  json::append_quoted(body, site);
  body += R"(,"user":)";
  json::append_quoted(body, user);
  return body + "}";
}

int64_t sockets_of(const std::string& body) {
  std::string text;
  if (!json::normalize(body, json::NonFinite::kNull, text)) return 0;
  const auto sockets = json::member(text, "sockets");
  return sockets ? json::integer_value(*sockets).value_or(0) : 0;
}

}  // namespace

Outcome disconnect_command(const DisconnectOptions& options) {
  const LoadedConfig loaded = load_config({.bench = options.bench, .flags = {}});
  if (loaded.config.bench.value.empty()) return fail_with(loaded.problems.front());
  const auto site = choose_site(options.site, loaded.config);
  if (!site) return fail_with(site.error());
  const auto answer =
      post_to_running(loaded.config, "/api/disconnect", request_body(*site, options.user));
  if (!answer) return answer.error();
  const int64_t sockets = sockets_of(*answer);
  return {.exit_code = kExitClean,
          .out = fmt::format("{} of {}: {} socket{} disconnected\n", options.user, *site, sockets,
                             sockets == 1 ? "" : "s"),
          .err = {}};
}

}  // namespace crema::app
