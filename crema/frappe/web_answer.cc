#include "crema/frappe/web_answer.h"

#include "crema/json/normalize.h"
#include "crema/json/slice.h"

namespace crema::frappe {
namespace {

// Statuses of a proxy whose application is away, not of the application.
bool is_away(unsigned status) { return status == 502 || status == 503 || status == 504; }

std::string text_member(json::Slice object, std::string_view key) {
  const auto value = json::member(object, key);
  return value ? json::string_value(*value).value_or("") : std::string();
}

// What is no name is passed over.
std::shared_ptr<const std::vector<std::string>> app_names(json::Slice value) {
  auto names = std::make_shared<std::vector<std::string>>();
  std::vector<json::Slice> items;
  if (!json::split_array(value, items)) return names;
  for (const json::Slice item : items) {
    if (auto name = json::string_value(item)) names->push_back(std::move(*name));
  }
  return names;
}

std::string answered(unsigned status) {
  std::string text("the web process answered ");
  return text.append(std::to_string(status));
}

// Of the application, to a credential.
bool is_no(unsigned status) { return status == 401 || status == 403; }

IdentityAnswer nonsense(std::string reason) {
  return {IdentityAnswer::Kind::kNonsense, {}, std::move(reason)};
}

}  // namespace

IdentityAnswer read_user_info(const http::Response& response, Apps apps) {
  std::string status = answered(response.status);
  if (is_away(response.status)) return {IdentityAnswer::Kind::kUnavailable, {}, std::move(status)};
  if (is_no(response.status)) return {IdentityAnswer::Kind::kRefused, {}, std::move(status)};
  if (!is_success(response.status)) return nonsense(std::move(status));
  std::string body;
  if (!json::normalize(response.body, json::NonFinite::kNull, body) || !json::is_object(body)) {
    return nonsense("the web process did not answer in JSON");
  }
  const auto message = json::member(body, "message");
  if (!message || !json::is_object(*message)) {
    return nonsense("the web process's answer has no user");
  }
  const auto installed = json::member(*message, "installed_apps");
  UserInfo info{text_member(*message, "user"), text_member(*message, "user_type"),
                installed ? Dialect::k16 : Dialect::k15};
  if (installed && apps == Apps::kKeep) info.apps = app_names(*installed);
  if (info.user.empty()) return {IdentityAnswer::Kind::kEmpty, {}, {}};
  return {IdentityAnswer::Kind::kKnown, std::move(info), {}};
}

PermissionAnswer read_permission(const http::Response& response) {
  using Kind = PermissionAnswer::Kind;
  if (response.status == 401 || response.status == 403 || response.status == 404) {
    return {Kind::kDenied, {}};
  }
  if (is_away(response.status)) return {Kind::kUnavailable, answered(response.status)};
  if (!is_success(response.status)) {
    return {Kind::kFailed, answered(response.status)};
  }
  std::string body;
  if (!json::normalize(response.body, json::NonFinite::kNull, body) || !json::is_object(body)) {
    return {Kind::kFailed, "the web process did not answer in JSON"};
  }
  const auto message = json::member(body, "message");
  return {message && json::truthy(*message) ? Kind::kAllowed : Kind::kDenied, {}};
}

}  // namespace crema::frappe
