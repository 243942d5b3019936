#include "crema/app/publish_command.h"

#include "crema/app/admin_client.h"
#include "crema/app/admin_socket.h"
#include "crema/app/redis_address.h"
#include "crema/app/run_blocking.h"
#include "crema/json/value.h"
#include "crema/publish/call.h"
#include "crema/redis/publisher.h"

#include <fmt/format.h>

#include <algorithm>

namespace crema::app {
namespace {

using Subscribers = base::Result<int64_t, redis::Errc>;

constexpr const char* kNoDemo =
    "no bench here and no demo running: start one with crema demo, or name a bench with --bench "
    "DIR";

std::string join(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text.append(text.empty() ? "" : ", ").append(name);
  return text;
}

std::string plural(int64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

base::Result<std::string, Outcome> encode(const PublishOptions& options, std::string_view site) {
  base::Result<std::string, publish::EnvelopeError> message = options.message;
  if (!options.task_id.empty()) message = publish::with_task_id(options.message, options.task_id);
  auto envelope = message.and_then([&](const std::string& text) {
    return publish::encode_envelope(
        {.event = options.event, .message = text, .room = options.room, .site = site});
  });
  if (envelope) return std::move(*envelope);
  return base::fail(fail_with(kExitUsage, publish::to_string(envelope.error())));
}

net::Task<Subscribers> send(net::Loop& loop, redis::Address address, std::string payload) {
  redis::Publisher publisher(loop, std::move(address));
  auto publishing = publisher.publish(std::string(publish::kChannel), std::move(payload));
  auto subscribers = co_await std::move(publishing);
  co_return subscribers;
}

Outcome published_on_redis(const PublishOptions& options, const std::string& site,
                           int64_t subscribers) {
  Outcome outcome;
  outcome.out = fmt::format("published {} to {} on {} by Redis ({})\n", options.event, options.room,
                            site, plural(subscribers, "subscriber"));
  if (subscribers == 0) {
    outcome.err = "crema: nobody subscribes to this Redis: is crema serve running for the bench?\n";
  }
  return outcome;
}

Outcome publish_to_bench(const PublishOptions& options, const ConfigQuery& query) {
  const LoadedConfig loaded = load_config(query);
  if (has_errors(loaded.problems)) {
    return {.exit_code = kExitUsage, .out = {}, .err = to_string(loaded.problems)};
  }
  const Config& config = loaded.config;
  const auto site = choose_site(options.site, config);
  if (!site) return fail_with(site.error());
  auto envelope = encode(options, *site);
  if (!envelope) return std::move(envelope.error());
  auto address = redis_address(config.redis_queue.value, config);
  if (!address) return fail_with(kExitUsage, std::string(redis::to_string(address.error())));
  const std::string where = address->to_log_string();

  net::Loop loop;
  const auto subscribers =
      run_blocking<Subscribers>(loop, send(loop, std::move(*address), std::move(*envelope)));
  if (subscribers) return published_on_redis(options, *site, *subscribers);
  return fail_with(kExitFailure,
                   fmt::format("{} (redis_queue from {}): {}", where, config.redis_queue.source,
                               redis::to_string(subscribers.error())));
}

Outcome published_on_demo(const PublishOptions& options, const http::Response& response) {
  const auto parsed = json::parse(response.body, response.body.size());
  const json::Object* answer = parsed ? parsed->if_object() : nullptr;
  const json::Value* sockets = answer ? answer->if_contains("sockets") : nullptr;
  if (response.status == 200 && sockets && sockets->is_int64()) {
    const int64_t count = sockets->get_int64();
    return {.exit_code = kExitClean,
            .out = fmt::format("published {} to {} ({})\n", options.event, options.room,
                               plural(count, "socket")),
            .err = count == 0 ? "crema: nobody is in that room: is a page open?\n" : ""};
  }
  const json::Value* error = answer ? answer->if_contains("error") : nullptr;
  const bool says_why = error && error->is_string();
  return fail_with(kExitFailure, fmt::format("the demo refused it with status {}{}{}",
                                             response.status, says_why ? ": " : "",
                                             says_why ? std::string(error->get_string()) : ""));
}

Outcome publish_to_demo(const PublishOptions& options) {
  if (!options.site.empty() && options.site != kDemoSite) {
    return fail_with(kExitUsage, fmt::format("no bench here, and the demo has one site, {}; "
                                             "name a bench with --bench DIR",
                                             kDemoSite));
  }
  auto envelope = encode(options, kDemoSite);
  if (!envelope) return std::move(envelope.error());
  const AdminSocket socket = demo_admin_socket(options.bench.environment);
  if (!check_socket_directory(socket)) return fail_with(kExitFailure, kNoDemo);
  const auto answer = call_admin({.socket_path = socket.path,
                                  .method = "POST",
                                  .target = "/api/publish",
                                  .body = std::move(*envelope)});
  if (answer) return published_on_demo(options, *answer);
  if (answer.error() == AdminCallError::kNobodyThere) return fail_with(kExitFailure, kNoDemo);
  return fail_with(kExitFailure, "the demo did not answer within 5 s");
}

}  // namespace

Outcome publish_command(const PublishOptions& options) {
  const auto bench = find_bench(options.bench);
  if (!bench) return fail_with(bench.error());
  if (!*bench) return publish_to_demo(options);
  return publish_to_bench(options, {.bench = options.bench, .flags = {}});
}

base::Result<std::string, Problem> choose_site(const std::string& flag, const Config& config) {
  const auto known = [&config](const std::string& site) {
    return config.sites.empty() || std::ranges::find(config.sites, site) != config.sites.end();
  };
  const std::string current = current_site(config.bench.value);
  const std::pair<std::string, std::string> candidates[] = {
      {flag, "--site"},
      {config.default_site.value, config.default_site.source},
      {current, "sites/currentsite.txt"},
      {config.sites.size() == 1 ? config.sites.front() : "", "sites/"}};
  for (const auto& [site, source] : candidates) {
    if (site.empty()) continue;
    if (known(site)) return site;
    return base::fail(Problem{.where = source,
                              .what = "there is no site " + site,
                              .cure = "the sites are: " + join(config.sites)});
  }
  if (config.sites.empty()) {
    return base::fail(Problem{.where = config.bench.value + "/sites", .what = "has no sites"});
  }
  return base::fail(Problem{.what = "there are several sites",
                            .cure = "name one with --site: " + join(config.sites)});
}

}  // namespace crema::app
