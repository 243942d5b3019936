#include "crema/frappe/web_backend.h"

#include "crema/frappe/counters.h"
#include "crema/http/query.h"
#include "crema/json/normalize.h"
#include "crema/json/slice.h"

#include <algorithm>

namespace crema::frappe {
namespace {

// Where the web process keeps what it wants to be shown. Source: 3.6. A string, because g++ 12.2
// warns of a copy out of bounds where it can see the length of a literal in a coroutine.
const std::string kSecretKey = "socketio_auth_secret";
constexpr std::string_view kNoSecret = "Redis does not give the secret";
constexpr std::string_view kUserInfoTarget = "/api/method/frappe.realtime.get_user_info";
constexpr std::string_view kPermissionTarget = "/api/method/frappe.realtime.has_permission";

class InFlight {
 public:
  InFlight() { kBackendInFlight.add(); }
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;
  ~InFlight() { kBackendInFlight.sub(); }
};

bool is_success(unsigned status) { return status >= 200 && status < 300; }

// Statuses of a proxy whose application is away, not of the application.
bool is_away(unsigned status) { return status == 502 || status == 503 || status == 504; }

// A cookie's value may not end the cookie: everything that could is percent-encoded.
std::string cookie_octets(std::string_view value) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte < 0x7f &&
        std::string_view("\",;\\%").find(c) == std::string_view::npos) {
      out.push_back(c);
    } else {
      out.append({'%', kHex[byte >> 4], kHex[byte & 15]});
    }
  }
  return out;
}

std::string text_member(json::Slice object, std::string_view key) {
  const auto value = json::member(object, key);
  return value ? json::string_value(*value).value_or("") : std::string();
}

void count(const base::Result<http::Response, net::Errc>& response) {
  if (!response) return kBackendFailed.add();
  (is_success(response->status) ? kBackendOk : kBackendRefused).add();
}

std::string answered(unsigned status) {
  std::string text("the web process answered ");
  return text.append(std::to_string(status));
}

IdentityAnswer refused(std::string reason) {
  return {IdentityAnswer::Kind::kRefused, {}, std::move(reason)};
}

}  // namespace

WebBackend::WebBackend(net::Loop& loop, const Config& config, net::Endpoint upstream,
                       redis::Publisher& redis)
    : loop_(loop), config_(config), upstream_(std::move(upstream)), redis_(redis) {}

net::HttpCall WebBackend::make_call(const Credential& credential, std::string target) const {
  net::HttpCall call;
  call.upstream = upstream_;
  call.target = std::move(target);
  call.headers = {{"Host", credential.site},
                  {"X-Frappe-Site-Name", credential.site},
                  {"Accept", "application/json"},
                  {"User-Agent", "crema"}};
  if (credential.authorization.empty()) {
    call.headers.push_back({"Cookie", "sid=" + cookie_octets(credential.sid)});
  } else {
    call.headers.push_back({"Authorization", credential.authorization});
  }
  call.body_bytes_max = kWebBodyBytesMax;
  return call;
}

net::Task<IdentityAnswer> WebBackend::identify(Credential credential) {
  const InFlight in_flight;
  std::string key = kSecretKey;
  auto reading = redis_.get(std::move(key));
  const auto secret = co_await std::move(reading);
  if (!secret) {
    // Without the secret the answer would be a definite no to a client that may well be known.
    IdentityAnswer later{IdentityAnswer::Kind::kUnavailable, {}, std::string(kNoSecret)};
    co_return later;
  }

  net::HttpCall call = make_call(credential, std::string(kUserInfoTarget));
  call.timeout = config_.identity_timeout;
  if (*secret && !(*secret)->empty()) call.headers.push_back({"X-Frappe-Socket-Secret", **secret});
  auto fetching = net::fetch(loop_, std::move(call));
  const auto response = co_await std::move(fetching);
  count(response);
  if (response) co_return read_user_info(*response);

  // What is no HTTP, or has no end, will not be better next time.
  const std::string reason(net::to_string(response.error()));
  const bool is_definite =
      response.error() == net::Errc::kBadResponse || response.error() == net::Errc::kTooLarge;
  if (is_definite) co_return refused(reason);
  IdentityAnswer away{IdentityAnswer::Kind::kUnavailable, {}, reason};
  co_return away;
}

IdentityAnswer read_user_info(const http::Response& response) {
  std::string status = answered(response.status);
  if (is_away(response.status)) return {IdentityAnswer::Kind::kUnavailable, {}, std::move(status)};
  if (!is_success(response.status)) return refused(std::move(status));
  std::string body;
  if (!json::normalize(response.body, json::NonFinite::kNull, body) || !json::is_object(body)) {
    return refused("the web process did not answer in JSON");
  }
  const auto message = json::member(body, "message");
  if (!message || !json::is_object(*message)) {
    return refused("the web process's answer has no user");
  }
  UserInfo info{text_member(*message, "user"), text_member(*message, "user_type")};
  if (info.user.empty()) return {IdentityAnswer::Kind::kEmpty, {}, {}};
  return {IdentityAnswer::Kind::kKnown, std::move(info), {}};
}

net::Task<PermissionAnswer> WebBackend::check(PermissionQuestion question) {
  const InFlight in_flight;
  std::string target(kPermissionTarget);
  target.append("?doctype=");
  http::append_form_encoded(target, question.doctype);
  target.append("&name=");
  http::append_form_encoded(target, question.name);
  net::HttpCall call = make_call(question.credential, std::move(target));
  call.timeout = config_.permission_timeout;
  auto fetching = net::fetch(loop_, std::move(call));
  const auto response = co_await std::move(fetching);
  count(response);
  if (response) co_return read_permission(*response);
  PermissionAnswer failed{PermissionAnswer::Kind::kFailed,
                          std::string(net::to_string(response.error()))};
  co_return failed;
}

PermissionAnswer read_permission(const http::Response& response) {
  using Kind = PermissionAnswer::Kind;
  if (response.status == 401 || response.status == 403 || response.status == 404) {
    return {Kind::kDenied, {}};
  }
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
