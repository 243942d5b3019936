#include "crema/doctor/web_checks.h"

#include "crema/app/redis_address.h"
#include "crema/app/upstreams.h"
#include "crema/frappe/config.h"
#include "crema/frappe/web_answer.h"
#include "crema/frappe/web_request.h"
#include "crema/net/http_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace crema::doctor {
namespace {

using Kind = frappe::IdentityAnswer::Kind;
using Fetched = base::Result<http::Response, net::Errc>;

constexpr base::Duration kAnswerMax{5'000};
const std::string kSecretKey = "socketio_auth_secret";

std::optional<frappe::Dialect> dialect_of(const app::Config& config) {
  switch (config.dialect.value) {
    case app::FrappeDialect::k15:
      return frappe::Dialect::k15;
    case app::FrappeDialect::k16:
      return frappe::Dialect::k16;
    case app::FrappeDialect::kAuto:
      return std::nullopt;
  }
  return std::nullopt;
}

Finding unreachable(const net::Endpoint& upstream, net::Errc error) {
  std::string what = fmt::format("{}: {}", upstream.to_string(), net::to_string(error));
  switch (error) {
    case net::Errc::kRefused:
    case net::Errc::kResolve:
      return {Verdict::kFailed, "upstream", std::move(what),
              "start the web process, or name it: crema.web_url in sites/common_site_config.json, "
              "for example http://backend:8000 in a container"};
    case net::Errc::kTimeout:
      return {Verdict::kFailed, "upstream", std::move(what),
              "its workers are all busy or hang: see the web process's log"};
    default:
      return {Verdict::kFailed, "upstream", std::move(what),
              "something else listens there: correct webserver_port or crema.web_url"};
  }
}

Finding not_known(const std::string& site, const http::Response& answer) {
  const unsigned status = answer.status;
  if (status >= 300 && status < 400) {
    return {
        Verdict::kFailed, "upstream",
        fmt::format("{}: redirects to {}", site,
                    answer.header("Location").value_or("another address")),
        "crema.web_url must be the web process itself (127.0.0.1:8000), not the public address: "
        "cookies are lost on the way through it"};
  }
  if (status == 404) {
    return {Verdict::kFailed, "upstream", fmt::format("{}: the web process does not know it", site),
            "bench --site " + site +
                " migrate, or the web process serves another bench: compare webserver_port"};
  }
  if (status == 401 || status == 403) {
    return {Verdict::kFailed, "upstream", fmt::format("{}: refused with {}", site, status),
            "give a --sid that is logged in on this site"};
  }
  return {Verdict::kFailed, "upstream",
          fmt::format("{}: {}", site, frappe::read_user_info(answer).reason),
          "see the web process's log; the port may be another program's"};
}

// The site in question last: its person is the one to be remembered.
std::vector<std::string> sites_to_ask(const app::Config& config, const std::string& site) {
  std::vector<std::string> sites = config.sites;
  std::erase(sites, site);
  const size_t room = kSitesAskedMax - (site.empty() ? 0 : 1);
  if (sites.size() > room) sites.resize(room);
  if (!site.empty()) sites.push_back(site);
  return sites;
}

bool is_empty(const http::Response& answer) {
  return frappe::read_user_info(answer).kind == Kind::kEmpty;
}

Finding of_person(const Person& person, const std::string& site) {
  if (person.user == frappe::kGuestUser) {
    return {Verdict::kFailed, "sid",
            fmt::format("is nobody's session on {}: the web process takes it for a Guest's", site),
            "copy the cookie sid anew from a browser that is logged in there"};
  }
  if (person.user_type != "System User") {
    return {Verdict::kNote, "sid",
            fmt::format("{} is a {}: gets events for the user and `website`, not those for `all`",
                        person.user, person.user_type),
            "publish to the user or to the room `website`"};
  }
  return {Verdict::kOk, "sid", fmt::format("{}, {}", person.user, person.user_type)};
}

redis::Address address_of(const app::Config& config) {
  const auto queue = app::redis_address(config.redis_queue.value, config);
  return queue ? *queue : redis::Address{};
}

}  // namespace

WebExamination::WebExamination(net::Loop& loop, const app::Config& config, WebQuestion question)
    : loop_(loop),
      config_(config),
      question_(std::move(question)),
      redis_(loop, address_of(config)),
      upstreams_(app::upstreams(config)) {}

net::Task<bool> WebExamination::ask(std::string site, std::string sid) {
  auto fetching = fetch(site, sid);
  Fetched answer = co_await std::move(fetching);
  if (answer && is_empty(*answer)) {
    // The first question ever makes the web process write the secret. Source: 3.5.
    auto again = fetch(site, sid);
    answer = co_await std::move(again);
  }
  if (!answer) {
    result_.findings.push_back(unreachable(upstreams_.front(), answer.error()));
    co_return false;
  }
  judge(site, *answer);
  co_return true;
}

net::Task<Fetched> WebExamination::fetch(std::string site, std::string sid) {
  std::string secret;
  const auto dialect = dialect_of(config_);
  if (dialect != frappe::Dialect::k15) {
    std::string key = kSecretKey;
    auto reading = redis_.get(std::move(key));
    auto found = co_await std::move(reading);
    if (found) secret = std::move(*found).value_or(std::string());
  }
  frappe::Credential credential;
  credential.site = std::move(site);
  credential.sid = std::move(sid);
  frappe::WebRequest request = frappe::user_info_request(credential, dialect, secret);
  net::HttpCall call;
  call.target = std::move(request.target);
  call.headers = std::move(request.headers);
  call.body_bytes_max = frappe::kWebBodyBytesMax;
  call.timeout = kAnswerMax;
  // Where nobody is anywhere, what the first said is what matters.
  Fetched first = base::fail(net::Errc::kRefused);
  for (size_t i = upstream_; i < upstreams_.size(); ++i) {
    call.upstream = upstreams_[i];
    net::HttpCall copy = call;
    auto fetching = net::fetch(loop_, std::move(copy));
    Fetched answer = co_await std::move(fetching);
    const bool is_absent =
        !answer && (answer.error() == net::Errc::kRefused || answer.error() == net::Errc::kResolve);
    if (!is_absent) {
      upstream_ = i;
      co_return answer;
    }
    if (i == upstream_) first = std::move(answer);
  }
  co_return first;
}

void WebExamination::judge(const std::string& site, const http::Response& answer) {
  const frappe::IdentityAnswer identity = frappe::read_user_info(answer);
  if (identity.kind == Kind::kKnown) {
    result_.person = {identity.info.user, identity.info.user_type};
  } else if (identity.kind == Kind::kEmpty) {
    result_.findings.push_back(
        {Verdict::kFailed, "secret",
         site + ": the web process answers {}: it does not accept the secret in redis_queue",
         "the web process uses another redis_queue than this bench's files say: restart it, and "
         "compare its environment (FRAPPE_REDIS_QUEUE)"});
  } else {
    result_.findings.push_back(not_known(site, answer));
  }
}

void WebExamination::sum_up(size_t asked) {
  const size_t all = config_.sites.size();
  if (result_.findings.empty() && asked != 0) {
    result_.findings.push_back(
        {Verdict::kOk, "upstream",
         fmt::format("{} answers for {} of {} site{}", upstreams_[upstream_].to_string(), asked,
                     all, all == 1 ? "" : "s")});
  }
  if (!question_.sid.empty() && !result_.person.user.empty()) {
    result_.findings.push_back(of_person(result_.person, question_.site));
  }
}

net::Task<WebFindings> WebExamination::run() {
  const std::vector<std::string> sites = sites_to_ask(config_, question_.site);
  for (const std::string& site : sites) {
    const bool is_asked_about = site == question_.site && !question_.sid.empty();
    result_.person = {};
    std::string sid = is_asked_about ? question_.sid : std::string(frappe::kGuestUser);
    auto asking = ask(site, std::move(sid));
    const bool go_on = co_await std::move(asking);
    if (!go_on) co_return std::move(result_);
  }
  sum_up(sites.size());
  co_return std::move(result_);
}

}  // namespace crema::doctor
