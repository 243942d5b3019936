#include "crema/app/demo_site.h"

#include "crema/app/assets.h"
#include "crema/app/demo_backend.h"
#include "crema/app/publish_command.h"
#include "crema/json/slice.h"
#include "crema/net/sleep.h"
#include "crema/publish/call.h"
#include "crema/publish/room_names.h"

#include <fmt/format.h>

#include <utility>

namespace crema::app {
namespace {

constexpr int kRows = 50;
constexpr base::Duration kRowTime{90};
constexpr int kTicks = 8;
constexpr base::Duration kTickTime{400};
constexpr std::string_view kTodosPath = "/demo/todos";

http::Response text(unsigned status, std::string body) {
  return {.status = status,
          .headers = {{"Content-Type", "text/plain; charset=utf-8"}},
          .body = std::move(body)};
}

http::Response json_response(std::string body) {
  return {.status = 200,
          .headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}},
          .body = std::move(body)};
}

// The page asks nobody but this server, and runs nothing but its files.
http::Response page_response(const Asset& asset, const http::Request& request) {
  http::Response response = asset_response(asset, request);
  response.headers.push_back(
      {"Content-Security-Policy", "default-src 'self'; connect-src 'self' ws: wss:"});
  return response;
}

frappe::UserInfo user_of(const http::Request& request) {
  return demo_user(request.header("authorization").value_or(""), "");
}

// {"doctype":…,"name":…,"user":…}
std::string change_message(std::string_view name, std::string_view user) {
  std::string message = "{\"doctype\":";
  json::append_quoted(message, DemoTodos::kDoctype);
  message += ",\"name\":";
  json::append_quoted(message, name);
  message += ",\"user\":";
  json::append_quoted(message, user);
  return message + '}';
}

}  // namespace

std::optional<http::Response> DemoSite::handle(const http::Request& request) {
  if (request.method == "POST" && request.path().starts_with("/demo/")) return act(request);
  if (request.method != "GET" && request.method != "HEAD") return std::nullopt;
  if (request.path() == kTodosPath) {
    if (!demo_may_read(user_of(request), DemoTodos::kDoctype)) return text(403, "not for guests");
    return json_response(todos_.json());
  }
  const Asset* asset = find_asset(request.path());
  if (!asset) return std::nullopt;
  return page_response(*asset, request);
}

http::Response DemoSite::act(const http::Request& request) {
  const std::string_view path = request.path();
  if (path == "/demo/job") return start(run_job(user_of(request).user));
  if (path == "/demo/ticks") return start(run_ticks(user_of(request).user));
  if (path.starts_with(kTodosPath) && path.substr(kTodosPath.size()).starts_with('/')) {
    return change_todo(request, path.substr(kTodosPath.size() + 1));
  }
  return text(404, "not found");
}

http::Response DemoSite::change_todo(const http::Request& request, std::string_view name) {
  const frappe::UserInfo user = user_of(request);
  if (!demo_may_read(user, DemoTodos::kDoctype)) return text(403, "not for guests");
  if (const auto changed = todos_.change(name, request.body); !changed) {
    return text(400, changed.error());
  }
  const std::string message = change_message(name, user.user);
  publish(publish::doc_room(DemoTodos::kDoctype, name), "doc_update", message);
  publish(publish::doctype_room(DemoTodos::kDoctype), "list_update", message);
  return json_response(todos_.json());
}

// A task that was never started costs nothing: it begins when it is spawned.
http::Response DemoSite::start(net::Task<void> job) {
  if (jobs_ >= kJobsMax) return text(429, "enough jobs are running; wait for one to end");
  ++jobs_;
  loop_.spawn("demo job", std::move(job));
  return text(202, "started");
}

net::Task<void> DemoSite::run_job(std::string user) {
  const std::string room = publish::user_room(user);
  for (int row = 0; row <= kRows && !stopping_; ++row) {
    const std::string described = fmt::format("row {} of {}", row, kRows);
    const publish::Progress step{
        .percent = row * 100.0 / kRows, .title = "A long job", .description = described};
    publish(room, "progress", publish::progress_message(step));
    auto pausing = net::sleep(loop_, kRowTime);
    co_await std::move(pausing);
  }
  --jobs_;
}

net::Task<void> DemoSite::run_ticks(std::string user) {
  const std::string room = publish::user_room(user);
  for (int tick = 1; tick <= kTicks && !stopping_; ++tick) {
    publish(room, "tick", fmt::format(R"({{"n":{},"of":{}}})", tick, kTicks));
    auto pausing = net::sleep(loop_, kTickTime);
    co_await std::move(pausing);
  }
  --jobs_;
}

void DemoSite::publish(const std::string& room, std::string_view event, std::string_view message) {
  const auto envelope = publish::encode_envelope(
      {.event = event, .message = message, .room = room, .site = kDemoSite});
  if (envelope) (void)bridge_.on_message(*envelope);
}

}  // namespace crema::app
