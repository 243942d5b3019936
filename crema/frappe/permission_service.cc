#include "crema/frappe/permission_service.h"

#include "crema/base/log.h"

namespace crema::frappe {
namespace {

using Kind = PermissionAnswer::Kind;

PermissionAnswer overloaded() {
  return {Kind::kFailed, "too many checks of the site wait for the web process"};
}

}  // namespace

PermissionService::PermissionService(net::Loop& loop, const Config& config, Backend& backend)
    : loop_(loop),
      config_(config),
      backend_(backend),
      calls_(
          loop, {config.calls_per_site_max, config.waiting_per_site_max, config.auth_wait},
          [this](const PermissionAnswer& answer, int) { return judge(answer); }, overloaded()) {}

CallVerdict PermissionService::judge(const PermissionAnswer& answer) const {
  switch (answer.kind) {
    case Kind::kAllowed:
      return {CallVerdict::Next::kTell, config_.permission_ttl};
    case Kind::kDenied:
    case Kind::kFailed:
      return {};
    case Kind::kUnavailable:
      log::warn("the web process cannot answer; subscriptions wait", {{"reason", answer.reason}});
      return {CallVerdict::Next::kRetrySoon};
  }
  return {};
}

net::Task<void> PermissionService::call(PermissionQuestion question,
                                        std::function<void(PermissionAnswer)> answered) {
  auto asking = backend_.check(std::move(question));
  PermissionAnswer answer = co_await std::move(asking);
  answered(std::move(answer));
}

void PermissionService::check(PermissionQuestion question, Done done) {
  const std::string site = question.credential.site;
  // The lengths keep apart what a client may have put line ends into.
  const std::string credential = question.credential.key();
  std::string key = std::to_string(credential.size()) + " ";
  key += std::to_string(question.doctype.size()) + " ";
  key += credential + question.doctype + question.name;
  auto start = [this,
                question = std::move(question)](std::function<void(PermissionAnswer)> answered) {
    loop_.spawn("permission", call(question, std::move(answered)));
  };
  if (calls_.keeps(key)) {
    done = [done = std::move(done)](const PermissionAnswer& answer) {
      done({answer.kind, answer.reason, true});
    };
  }
  calls_.ask(site, key, std::move(start), std::move(done));
}

}  // namespace crema::frappe
