#include "crema/app/demo_site.h"

#include "crema/app/assets.h"
#include "crema/app/demo_backend.h"
#include "crema/app/publish_command.h"
#include "crema/http/cookie.h"
#include "crema/json/slice.h"
#include "crema/net/sleep.h"
#include "crema/publish/envelope.h"
#include "crema/publish/room_names.h"

namespace crema::app {
namespace {

constexpr int kRows = 50;
constexpr base::Duration kRowTime{90};

http::Response text(unsigned status, std::string body) {
  return {.status = status,
          .headers = {{"Content-Type", "text/plain; charset=utf-8"}},
          .body = std::move(body)};
}

// The page asks nobody but this server, and runs nothing but its files.
http::Response page_response(const Asset& asset, const http::Request& request) {
  http::Response response = asset_response(asset, request);
  response.headers.push_back(
      {"Content-Security-Policy", "default-src 'self'; connect-src 'self' ws: wss:"});
  return response;
}

std::string progress_envelope(const std::string& user, int row) {
  std::string message = R"({"percent":)" + std::to_string(row * 100 / kRows);
  message.append(R"(,"title":"A long job","description":"row )").append(std::to_string(row));
  message.append(" of ").append(std::to_string(kRows)).append(R"("})");
  const std::string room = publish::user_room(user);
  const auto envelope = publish::encode_envelope(
      {.event = "progress", .message = message, .room = room, .site = kDemoSite});
  return envelope.value_or(std::string());
}

}  // namespace

std::optional<http::Response> DemoSite::handle(const http::Request& request) {
  if (request.path() == "/demo/job") {
    return request.method == "POST" ? start_job(request) : text(405, "POST only");
  }
  if (request.method != "GET" && request.method != "HEAD") return std::nullopt;
  const Asset* asset = find_asset(request.path());
  if (!asset) return std::nullopt;
  return page_response(*asset, request);
}

http::Response DemoSite::start_job(const http::Request& request) {
  if (jobs_ >= kJobsMax) return text(429, "enough jobs are running; wait for one to end");
  const auto cookie = request.header("cookie");
  const auto sid = cookie ? http::cookie_value(*cookie, "sid") : std::nullopt;
  ++jobs_;
  loop_.spawn("demo job", run_job(demo_user(sid.value_or("")).user));
  return text(202, "started");
}

net::Task<void> DemoSite::run_job(std::string user) {
  for (int row = 0; row <= kRows && !stopping_; ++row) {
    (void)bridge_.on_message(progress_envelope(user, row));
    auto pausing = net::sleep(loop_, kRowTime);
    co_await std::move(pausing);
  }
  --jobs_;
}

}  // namespace crema::app
