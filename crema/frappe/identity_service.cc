#include "crema/frappe/identity_service.h"

#include "crema/base/log.h"

namespace crema::frappe {
namespace {

using Kind = IdentityAnswer::Kind;

IdentityAnswer overloaded() {
  return {Kind::kUnavailable, {}, "too many clients of the site wait for the web process"};
}

}  // namespace

IdentityService::IdentityService(net::Loop& loop, const Config& config, Backend& backend)
    : loop_(loop),
      config_(config),
      backend_(backend),
      calls_(
          loop, {config.calls_per_site_max, config.waiting_per_site_max, config.auth_wait},
          [this](const IdentityAnswer& answer, int again) { return judge(answer, again); },
          overloaded()) {}

CallVerdict IdentityService::judge(const IdentityAnswer& answer, int again) const {
  switch (answer.kind) {
    case Kind::kKnown:
      return {CallVerdict::Next::kTell, config_.identity_ttl};
    case Kind::kEmpty:
      return {again == 0 ? CallVerdict::Next::kRetryNow : CallVerdict::Next::kTell};
    case Kind::kRefused:
    case Kind::kNonsense:
      return {};
    case Kind::kUnavailable:
      log::warn("the web process cannot answer; clients wait", {{"reason", answer.reason}});
      return {CallVerdict::Next::kRetrySoon};
  }
  return {};
}

net::Task<void> IdentityService::call(Credential credential,
                                      std::function<void(IdentityAnswer)> answered) {
  auto asking = backend_.identify(std::move(credential));
  IdentityAnswer answer = co_await std::move(asking);
  answered(std::move(answer));
}

void IdentityService::identify(Credential credential, Done done) {
  const std::string site = credential.site;
  const std::string key = credential.key();
  auto start = [this,
                credential = std::move(credential)](std::function<void(IdentityAnswer)> answered) {
    loop_.spawn("identity", call(credential, std::move(answered)));
  };
  auto tell = [done = std::move(done)](const IdentityAnswer& answer) {
    if (answer.kind != Kind::kEmpty) return done(answer);
    done({Kind::kRefused, {}, "the web process did not say who this is"});
  };
  calls_.ask(site, key, std::move(start), std::move(tell));
}

}  // namespace crema::frappe
