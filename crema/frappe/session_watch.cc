#include "crema/frappe/session_watch.h"

#include "crema/base/log.h"
#include "crema/frappe/config.h"
#include "crema/frappe/counters.h"
#include "crema/frappe/disconnect.h"
#include "crema/frappe/run_on.h"
#include "crema/net/sleep.h"
#include "crema/server/ask_shards.h"
#include "crema/socketio/namespace.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace crema::frappe {
namespace {

using Kind = IdentityAnswer::Kind;

// Whoever answers that a session is somebody else's, or nobody's, has ended it. Who cannot answer,
// or answers an error, has not: who is disconnected so does not come back.
bool has_ended(const IdentityAnswer& answer, const std::string& user) {
  if (answer.kind == Kind::kKnown) return answer.info.user != user;
  return answer.kind == Kind::kRefused;
}

}  // namespace

SessionWatch::SessionWatch(server::Shard& home, FindSite find_site, Backend& backend,
                           redis::Publisher& cache, SessionWatchOptions options)
    : home_(home),
      find_site_(std::move(find_site)),
      backend_(backend),
      cache_(cache),
      options_(options) {}

void SessionWatch::start() {
  home_.loop().wheel().arm(*this, home_.loop().now() + options_.period);
}

void SessionWatch::stop() {
  stopped_ = true;
  cancel();
}

SessionWatch::Slice SessionWatch::collect(server::Shard& shard, const std::string& site,
                                          size_t begin, size_t batch) {
  const socketio::Namespace* nsp = shard.hub().find_namespace("/" + site);
  if (!nsp || begin >= nsp->sockets().size()) return {.people = {}, .end = begin, .is_last = true};
  const size_t end = std::min(begin + batch, nsp->sockets().size());
  Slice slice{.people = {}, .end = end, .is_last = end == nsp->sockets().size()};
  std::unordered_set<std::string_view> seen;
  for (size_t i = begin; i < end; ++i) {
    const socketio::Socket& socket = *nsp->sockets()[i];
    if (!socket.data()) continue;
    const SocketUser& user = user_of(socket);
    if (user.user() == kGuestUser || !seen.insert(user.credential_key()).second) continue;
    slice.people.push_back({user.credential(), std::string(user.user())});
  }
  return slice;
}

void SessionWatch::on_expired(base::TimePoint now) {
  home_.loop().wheel().arm(*this, now + options_.period);
  const bool tokens_too = ++rounds_ % options_.rounds_per_token_check == 0;
  const auto sites_of = [](server::Shard& shard) {
    std::vector<std::string> sites;
    for (const auto& [name, nsp] : shard.hub().namespaces()) sites.emplace_back(name.substr(1));
    return sites;
  };
  server::ask_shards(home_, sites_of, [this, tokens_too](std::vector<std::vector<std::string>> of) {
    std::unordered_set<std::string> sites;
    for (auto& names : of) sites.insert(names.begin(), names.end());
    sites.erase("");  // Of "/".
    for (const std::string& site : sites) begin_round(site, tokens_too);
  });
}

void SessionWatch::begin_round(std::string site, bool tokens_too) {
  const auto found = find_site_(site, home_.loop().now());
  const bool has_sessions = found && !found->db_name.empty();
  if (stopped_ || (!has_sessions && !tokens_too) || !under_way_.insert(site).second) return;
  std::string sessions = has_sessions ? found->db_name + "|session" : std::string();
  auto round = std::make_shared<Round>(Round{std::move(site), std::move(sessions), tokens_too});
  home_.loop().spawn("session watch", run(std::move(round)));
}

net::Task<void> SessionWatch::run(std::shared_ptr<Round> round) {
  bool goes_on = true;
  for (unsigned shard = 0; shard < home_.shards() && goes_on; ++shard) {
    for (size_t begin = 0; goes_on;) {
      auto slicing = next_slice(round, shard, begin);
      Slice slice = co_await std::move(slicing);
      auto checking = check(round, std::move(slice.people));
      goes_on = co_await std::move(checking);
      if (slice.is_last) break;
      begin = slice.end;
    }
  }
  under_way_.erase(round->site);
}

net::Task<SessionWatch::Slice> SessionWatch::next_slice(std::shared_ptr<Round> round,
                                                        unsigned index, size_t begin) {
  struct Wait {
    net::SteadyTimer timer;
    std::optional<Slice> slice = {};
  };
  auto wait = std::make_shared<Wait>(
      Wait{net::SteadyTimer(home_.loop().executor(), home_.loop().now() + options_.period)});
  server::Shard& shard = home_.peer(index);
  run_on(home_, shard, [this, wait, round, &shard, begin] {
    auto found = collect(shard, round->site, begin, options_.batch);
    run_on(shard, home_, [wait, found = std::move(found)]() mutable {
      wait->slice = std::move(found);
      wait->timer.cancel();
    });
  });
  if (!wait->slice) {
    auto waiting = wait->timer.async_wait(net::kAsTuple);
    (void)co_await std::move(waiting);
  }
  co_return wait->slice ? std::move(*wait->slice) : Slice{.people = {}, .end = 0, .is_last = true};
}

net::Task<bool> SessionWatch::check(std::shared_ptr<Round> round, std::vector<Watched> people) {
  std::vector<Watched> suspects;
  std::vector<Watched> sessions;
  for (Watched& person : people) {
    if (!person.credential.sid.empty()) {
      sessions.push_back(std::move(person));
    } else if (round->tokens_too) {
      suspects.push_back(std::move(person));
    }
  }
  auto looking = keep_missing(round, &sessions);
  const bool is_known = co_await std::move(looking);
  if (is_known) std::ranges::move(sessions, std::back_inserter(suspects));
  for (Watched& person : suspects) {
    if (stopped_) co_return false;
    if (!round->asked.insert(person.credential.key()).second) continue;
    auto asking = ask_about(round->site, std::move(person));
    co_await std::move(asking);
    auto pausing = net::sleep(home_.loop(), options_.call_distance);
    co_await std::move(pausing);
  }
  co_return is_known && !stopped_;
}

// False: it cannot be known which are missing.
net::Task<bool> SessionWatch::keep_missing(std::shared_ptr<Round> round,
                                           std::vector<Watched>* sessions) {
  if (round->sessions.empty()) sessions->clear();
  if (sessions->empty()) co_return true;
  std::vector<std::string> fields;
  for (const Watched& person : *sessions) fields.push_back(person.credential.sid);
  std::string key = round->sessions;
  auto reading = cache_.has_fields(std::move(key), std::move(fields));
  const auto has = co_await std::move(reading);
  if (!has) {
    log::warn("sessions could not be looked up",
              {{"site", round->site}, {"reason", redis::to_string(has.error())}});
    co_return false;
  }
  std::vector<Watched> missing;
  for (size_t i = 0; i < sessions->size(); ++i) {
    if (!(*has)[i]) missing.push_back(std::move((*sessions)[i]));
  }
  *sessions = std::move(missing);
  co_return true;
}

net::Task<void> SessionWatch::ask_about(std::string site, Watched person) {
  Credential credential = person.credential;
  auto asking = backend_.identify(std::move(credential));
  const IdentityAnswer answer = co_await std::move(asking);
  if (stopped_ || !has_ended(answer, person.user)) co_return;
  kSessionsEnded.add();
  log::info("a session has ended: its sockets are disconnected", {{"site", site}});
  const std::string key = person.credential.key();
  const std::string user = person.user;
  OfUser of_user = [key, user](const SocketUser& it) {
    return it.credential_key() == key && it.user() == user;
  };
  disconnect_everywhere(home_, site, of_user);
}

}  // namespace crema::frappe
