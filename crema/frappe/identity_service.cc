#include "crema/frappe/identity_service.h"

#include "crema/base/log.h"

namespace crema::frappe {
namespace {

using Kind = IdentityAnswer::Kind;

Identified overloaded() {
  return {Kind::kUnavailable, {}, "too many clients of the site wait for the web process"};
}

}  // namespace

IdentityService::IdentityService(net::Loop& loop, const Config& config, Backend& backend)
    : loop_(loop),
      config_(config),
      backend_(backend),
      known_(loop.wheel(), config.identity_ttl),
      calls_(
          loop, {config.calls_per_site_max, config.waiting_per_site_max, config.auth_wait},
          [this](const Identified& answer, int again) { return judge(answer, again); },
          overloaded()) {}

CallVerdict IdentityService::judge(const Identified& answer, int again) const {
  switch (answer.kind) {
    case Kind::kEmpty:
      return {again == 0 ? CallVerdict::Next::kRetryNow : CallVerdict::Next::kTell};
    case Kind::kKnown:
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
                                      std::function<void(Identified)> answered) {
  auto asking = backend_.identify(credential);
  const IdentityAnswer answer = co_await std::move(asking);
  if (answer.kind != Kind::kKnown) {
    answered({answer.kind, nullptr, answer.reason});
    co_return;
  }
  auto user = std::make_shared<const SocketUser>(credential, answer.info);
  if (config_.identity_ttl.count() > 0) known_.remember(user, loop_.now());
  answered({Kind::kKnown, std::move(user), {}});
}

void IdentityService::identify(Credential credential, Done done) {
  const std::string site = credential.site;
  const std::string key = credential.key();
  if (auto user = known_.find(key)) return done({Kind::kKnown, std::move(user), {}});
  auto start = [this,
                credential = std::move(credential)](std::function<void(Identified)> answered) {
    loop_.spawn("identity", call(credential, std::move(answered)));
  };
  auto tell = [done = std::move(done)](const Identified& answer) {
    if (answer.kind != Kind::kEmpty) return done(answer);
    done({Kind::kRefused, nullptr, "the web process did not say who this is"});
  };
  calls_.ask(site, key, std::move(start), std::move(tell));
}

}  // namespace crema::frappe
