#include "crema/app/admin.h"

#include "crema/app/process_metrics.h"
#include "crema/app/publish_api.h"
#include "crema/app/version.h"
#include "crema/base/counter.h"
#include "crema/base/histogram.h"
#include "crema/json/normalize.h"
#include "crema/json/slice.h"

#include <algorithm>
#include <array>
#include <utility>

namespace crema::app {
namespace {

constexpr std::string_view kPublishPath = "/api/publish";
constexpr std::string_view kDisconnectPath = "/api/disconnect";
constexpr std::string_view kReloadPath = "/api/reload";
constexpr std::string_view kHandlersPath = "/handlers";
constexpr std::string_view kConnectionsPath = "/connections";
constexpr std::string_view kRoomsPath = "/api/rooms";
constexpr std::array<std::string_view, 6> kGetPaths = {"/live", "/ready",         "/metrics",
                                                       "/info", kConnectionsPath, kRoomsPath};

http::Response answer(unsigned status, std::string_view type, std::string body) {
  return {.status = status,
          .headers = {{"Content-Type", std::string(type)}, {"Cache-Control", "no-store"}},
          .body = std::move(body)};
}

http::Response text(unsigned status, std::string line) {
  return answer(status, "text/plain; charset=utf-8", std::move(line) + '\n');
}

http::Response json_answer(unsigned status, std::string body) {
  return answer(status, "application/json", std::move(body) + '\n');
}

http::Response state(const std::string& why_not) {
  return why_not.empty() ? text(200, "ok") : text(503, why_not);
}

http::Response wrong_method(std::string_view allowed) {
  http::Response response = text(405, "method not allowed");
  response.headers.push_back({"Allow", std::string(allowed)});
  return response;
}

void append_member(std::string& out, std::string_view key, std::string_view value) {
  json::append_quoted(out, key);
  out += ':';
  json::append_quoted(out, value);
}

http::Response refused(std::string_view why) {
  std::string body = "{\"ok\":false,";
  append_member(body, "error", why);
  return json_answer(400, body + '}');
}

}  // namespace

Admin::Admin(std::vector<SettingLine> settings, std::vector<LimitGroup> limits, std::string token,
             AdminHooks hooks)
    : token_(std::move(token)),
      hooks_(std::move(hooks)),
      settings_(std::move(settings)),
      limits_(std::move(limits)) {}

void Admin::set_info(std::vector<SettingLine> settings, std::vector<LimitGroup> limits) {
  const std::lock_guard lock(mutex_);
  settings_ = std::move(settings);
  limits_ = std::move(limits);
}

http::Response Admin::handle(const http::Request& request, AdminAccess access) const {
  // A page in a browser on this machine must not be able to ask: no tool sends an Origin.
  if (request.header("Origin")) return text(403, "requests of browsers are refused");
  if (access == AdminAccess::kTcp && !has_token(request)) {
    http::Response response = text(401, "a bearer token is needed");
    response.headers.push_back({"WWW-Authenticate", "Bearer"});
    return response;
  }
  const std::string_view path = request.path();
  if (path == kPublishPath && hooks_.publish) {
    return request.method == "POST" ? publish(request) : wrong_method("POST");
  }
  if (path == kDisconnectPath && hooks_.disconnect) {
    return request.method == "POST" ? disconnect(request) : wrong_method("POST");
  }
  if (path == kReloadPath && hooks_.reload) {
    return request.method == "POST" ? reload() : wrong_method("POST");
  }
  if (path == kHandlersPath && hooks_.handlers) {
    return request.method == "GET" ? json_answer(200, hooks_.handlers()) : wrong_method("GET");
  }
  if (std::ranges::find(kGetPaths, path) == kGetPaths.end()) return text(404, "not found");
  if (request.method != "GET" && request.method != "HEAD") return wrong_method("GET, HEAD");
  return get(request);
}

bool Admin::has_token(const http::Request& request) const {
  constexpr std::string_view kScheme = "Bearer ";
  const std::string_view given = request.header("Authorization").value_or("");
  return !token_.empty() && given.size() > kScheme.size() &&
         http::equals_ignoring_case(given.substr(0, kScheme.size()), kScheme) &&
         equal_in_constant_time(given.substr(kScheme.size()), token_);
}

http::Response Admin::get(const http::Request& request) const {
  const std::string_view path = request.path();
  if (path == kConnectionsPath || path == kRoomsPath) return page(request);
  if (path == "/live") return state(hooks_.why_not_live());
  if (path == "/ready") return state(hooks_.why_not_ready());
  if (path == "/info") return info();
  return answer(200, "text/plain; version=0.0.4; charset=utf-8",
                base::metrics_text() + base::histograms_text() + process_metrics_text() +
                    (hooks_.more_metrics ? hooks_.more_metrics() : std::string()));
}

http::Response Admin::page(const http::Request& request) const {
  const bool is_rooms = request.path() == kRoomsPath;
  const auto& ask = is_rooms ? hooks_.rooms : hooks_.connections;
  if (!ask) return text(404, "not found");
  auto query = read_page_query(http::Query(request.query()));
  if (!query) return refused(query.error());
  if (is_rooms && query->site.empty()) query->site = hooks_.default_site;
  if (is_rooms && query->site.empty()) return refused("of which site? Give ?site=");
  auto rows = ask(*query);
  if (!rows) return text(503, std::move(rows.error()));
  return json_answer(200,
                     page_json(is_rooms ? "rooms" : "connections", std::move(*rows), query->limit));
}

http::Response Admin::info() const {
  std::string body = "{";
  append_member(body, "version", version());
  body += ",\"uptime_seconds\":" + std::to_string(hooks_.uptime().count()) + ",\"settings\":{";
  std::string_view separator;
  const std::lock_guard lock(mutex_);
  for (const SettingLine& setting : settings_) {
    body += std::exchange(separator, ",");
    json::append_quoted(body, setting.name);
    body += ":{";
    append_member(body, "value", setting.value);
    body += ',';
    append_member(body, "source", setting.source);
    body += '}';
  }
  body += "},\"limits\":{";
  separator = "";
  for (const LimitGroup& group : limits_) {
    for (const Limit& limit : group.limits) {
      body += std::exchange(separator, ",");
      append_member(body, limit.name, limit.value);
    }
  }
  return json_answer(200, body + "}}");
}

http::Response Admin::publish(const http::Request& request) const {
  auto order = read_publish_order(request.body, hooks_.default_site);
  if (!order) return refused(order.error());
  const auto sockets = hooks_.publish(std::move(order->envelopes));
  if (!sockets) return refused(sockets.error());
  std::string counts;
  for (const size_t count : *sockets) {
    counts.append(counts.empty() ? "" : ",").append(std::to_string(count));
  }
  if (order->shape == PublishShape::kBatch) counts = '[' + counts + ']';
  return json_answer(200, "{\"ok\":true,\"sockets\":" + counts + '}');
}

http::Response Admin::disconnect(const http::Request& request) const {
  std::string body;
  (void)json::normalize(request.body, json::NonFinite::kNull, body);
  const auto site = json::member(body, "site");
  const auto user = json::member(body, "user");
  const auto site_name = json::string_value(site.value_or("null"));
  const auto user_name = json::string_value(user.value_or("null"));
  if (!site_name || !user_name) {
    return json_answer(400, R"({"ok":false,"error":"give {\"site\": …, \"user\": …}"})");
  }
  const size_t sockets = hooks_.disconnect(*site_name, *user_name);
  return json_answer(200, "{\"ok\":true,\"sockets\":" + std::to_string(sockets) + '}');
}

http::Response Admin::reload() const {
  const auto reloaded = hooks_.reload();
  return reloaded ? json_answer(200, R"({"ok":true})") : refused(reloaded.error());
}

bool equal_in_constant_time(std::string_view given, std::string_view secret) {
  unsigned char difference = given.size() == secret.size() ? 0 : 1;
  for (size_t i = 0; i < given.size(); ++i) {
    const char expected = secret.empty() ? '\0' : secret[i % secret.size()];
    difference |= static_cast<unsigned char>(given[i] ^ expected);
  }
  return difference == 0;
}

}  // namespace crema::app
