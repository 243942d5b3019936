#include "crema/frappe/web_backend.h"

#include "crema/base/log.h"
#include "crema/frappe/counters.h"
#include "crema/frappe/origin_endpoint.h"
#include "crema/frappe/web_answer.h"
#include "crema/frappe/web_request.h"

namespace crema::frappe {
namespace {

// Where the web process keeps what it wants to be shown. Source: 3.6. A string, because g++ 12.2
// warns of a copy out of bounds where it can see the length of a literal in a coroutine.
const std::string kSecretKey = "socketio_auth_secret";
constexpr std::string_view kNoSecret = "Redis does not give the secret";

// One call, from here to its answer.
class Measured {
 public:
  explicit Measured(const BackendCounters& counters)
      : counters_(counters), began_(std::chrono::steady_clock::now()) {
    kBackendInFlight.add();
  }
  Measured(const Measured&) = delete;
  Measured& operator=(const Measured&) = delete;
  ~Measured() { kBackendInFlight.sub(); }

  void ended(const base::Result<http::Response, net::Errc>& response) const {
    counters_.seconds.observe(std::chrono::steady_clock::now() - began_);
    if (!response) return counters_.failed.add();
    (is_success(response->status) ? counters_.ok : counters_.refused).add();
  }

 private:
  const BackendCounters& counters_;
  const std::chrono::steady_clock::time_point began_;
};

// What is no HTTP, or has no end, will not be better next time.
bool is_definite(net::Errc error) {
  return error == net::Errc::kBadResponse || error == net::Errc::kTooLarge ||
         error == net::Errc::kBadCall;
}

// Nobody is there: another upstream may be.
bool is_absent(net::Errc error) {
  return error == net::Errc::kRefused || error == net::Errc::kResolve;
}

}  // namespace

WebBackend::WebBackend(net::Loop& loop, const Config& config, std::vector<net::Endpoint> upstreams,
                       redis::Publisher& redis)
    : loop_(loop),
      config_(config),
      upstreams_(std::move(upstreams)),
      redis_(redis),
      dialect_(config.dialect) {}

net::Task<WebBackend::Fetched> WebBackend::fetch(Credential credential, WebRequest request,
                                                 CallKind kind) {
  const bool is_identity = kind == CallKind::kIdentity;
  const Measured measured(is_identity ? kIdentityCalls : kPermissionCalls);
  net::HttpCall call;
  call.target = std::move(request.target);
  call.headers = std::move(request.headers);
  call.body_bytes_max = kWebBodyBytesMax;
  call.timeout = is_identity ? config_.identity_timeout : config_.permission_timeout;
  if (credential.origin.empty()) {
    auto fetching = fetch_configured(std::move(call));
    Fetched response = co_await std::move(fetching);
    measured.ended(response);
    co_return response;
  }
  auto at = origin_endpoint(credential.origin, config_.developer_port);
  if (!at || (at->is_https && !config_.tls)) co_return base::fail(net::Errc::kBadCall);
  call.upstream = std::move(at->endpoint);
  if (at->is_https) call.upstream.tls = config_.tls;
  std::erase_if(call.headers, [](const http::Header& header) { return header.name == "Host"; });
  call.headers.push_back({"Host", std::move(at->authority)});
  auto fetching = net::fetch(loop_, std::move(call));
  Fetched response = co_await std::move(fetching);
  measured.ended(response);
  co_return response;
}

// The first upstream somebody listens on is asked from then on, until nobody does.
net::Task<WebBackend::Fetched> WebBackend::fetch_configured(net::HttpCall call) {
  Fetched response = base::fail(net::Errc::kRefused);
  for (size_t tried = 0; tried < upstreams_.size(); ++tried) {
    const size_t asked = upstream_;
    call.upstream = upstreams_[asked];
    net::HttpCall copy = call;
    auto fetching = net::fetch(loop_, std::move(copy));
    response = co_await std::move(fetching);
    if (response || !is_absent(response.error())) break;
    // Others who asked meanwhile may have moved on already.
    if (upstream_ == asked) upstream_ = (asked + 1) % upstreams_.size();
  }
  co_return response;
}

void WebBackend::learn(Dialect dialect) {
  if (dialect_) return;
  dialect_ = dialect;
  log::info("the web process has shown its version",
            {{"frappe_version", dialect == Dialect::k15 ? "15" : "16"}});
}

net::Task<IdentityAnswer> WebBackend::identify(Credential credential) {
  std::string secret;
  if (dialect_ != Dialect::k15) {
    std::string key = kSecretKey;
    auto reading = redis_.get(std::move(key));
    auto found = co_await std::move(reading);
    if (!found) {
      // Without the secret the answer would be a definite no to a client that may well be known.
      IdentityAnswer later{IdentityAnswer::Kind::kUnavailable, {}, std::string(kNoSecret)};
      co_return later;
    }
    secret = std::move(*found).value_or(std::string());
  }
  WebRequest request = user_info_request(credential, dialect_, secret);
  auto fetching = fetch(credential, std::move(request), CallKind::kIdentity);
  const Fetched response = co_await std::move(fetching);
  IdentityAnswer answer = read_identity(response);
  co_return answer;
}

IdentityAnswer WebBackend::read_identity(const Fetched& response) {
  if (response) {
    const Apps apps = config_.keep_for_handlers() ? Apps::kKeep : Apps::kPassOver;
    IdentityAnswer answer = read_user_info(*response, apps);
    if (answer.kind == IdentityAnswer::Kind::kKnown) learn(answer.info.dialect);
    return answer;
  }
  using Kind = IdentityAnswer::Kind;
  const Kind kind = is_definite(response.error()) ? Kind::kNonsense : Kind::kUnavailable;
  return {kind, {}, std::string(net::to_string(response.error()))};
}

// Whoever has a permission to ask for was identified before: the dialect is known.
net::Task<PermissionAnswer> WebBackend::check(PermissionQuestion question) {
  const Dialect dialect = dialect_.value_or(Dialect::k16);
  WebRequest request = permission_request(question, dialect);
  auto fetching = fetch(question.credential, std::move(request), CallKind::kPermission);
  const Fetched response = co_await std::move(fetching);
  if (response) co_return read_permission(*response);
  using Kind = PermissionAnswer::Kind;
  const Kind kind = is_definite(response.error()) ? Kind::kFailed : Kind::kUnavailable;
  PermissionAnswer failed{kind, std::string(net::to_string(response.error()))};
  co_return failed;
}

}  // namespace crema::frappe
