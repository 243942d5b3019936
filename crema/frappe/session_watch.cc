#include "crema/frappe/session_watch.h"

#include "crema/base/log.h"
#include "crema/frappe/config.h"
#include "crema/frappe/counters.h"
#include "crema/frappe/disconnect.h"
#include "crema/frappe/run_on.h"
#include "crema/net/sleep.h"
#include "crema/socketio/namespace.h"

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

void SessionWatch::collect(server::Shard& shard, Sites& sites) {
  for (const auto& [name, nsp] : shard.hub().namespaces()) {
    for (const socketio::Socket* socket : nsp->sockets()) {
      if (!socket->data()) continue;
      const SocketUser& user = user_of(*socket);
      if (user.info.user == kGuestUser) continue;
      sites[user.credential.site].try_emplace(user.credential.key(), user.credential,
                                              user.info.user);
    }
  }
}

void SessionWatch::on_expired(base::TimePoint now) {
  home_.loop().wheel().arm(*this, now + options_.period);
  auto round = std::make_shared<Round>(Round{{}, home_.shards()});
  for (unsigned i = 0; i < home_.shards(); ++i) {
    server::Shard& shard = home_.peer(i);
    run_on(home_, shard, [this, &shard, round] {
      auto found = std::make_shared<Sites>();
      collect(shard, *found);
      run_on(shard, home_, [this, round, found] {
        for (auto& [site, people] : *found) round->sites[site].merge(people);
        if (--round->shards_missing == 0) collected(*round);
      });
    });
  }
}

void SessionWatch::collected(Round& round) {
  if (stopped_) return;
  const bool tokens_too = ++rounds_ % options_.rounds_per_token_check == 0;
  for (auto& [site, people] : round.sites) {
    if (!under_way_.insert(site).second) continue;
    home_.loop().spawn("session watch", check_site(site, std::move(people), tokens_too));
  }
}

net::Task<void> SessionWatch::check_site(std::string site, People people, bool tokens_too) {
  std::vector<Watched> suspects;
  for (auto& [key, person] : people) {
    if (tokens_too && person.credential.sid.empty()) suspects.push_back(person);
  }
  auto looking = missing_sessions(site, std::move(people));
  std::vector<Watched> missing = co_await std::move(looking);
  for (Watched& person : missing) suspects.push_back(std::move(person));
  for (Watched& person : suspects) {
    if (stopped_) break;
    auto asking = ask_about(site, std::move(person));
    co_await std::move(asking);
    auto pausing = net::sleep(home_.loop(), options_.call_distance);
    co_await std::move(pausing);
  }
  under_way_.erase(site);
}

net::Task<std::vector<SessionWatch::Watched>> SessionWatch::missing_sessions(std::string site,
                                                                             People people) {
  std::vector<Watched> sessions;
  std::vector<Watched> missing;
  for (auto& [key, person] : people) {
    if (!person.credential.sid.empty()) sessions.push_back(std::move(person));
  }
  const auto found = find_site_(site, home_.loop().now());
  if (!found || found->db_name.empty()) co_return missing;
  for (size_t begin = 0; begin < sessions.size() && !stopped_; begin += options_.batch) {
    const size_t end = std::min(begin + options_.batch, sessions.size());
    std::vector<std::string> fields;
    for (size_t i = begin; i < end; ++i) fields.push_back(sessions[i].credential.sid);
    std::string key = found->db_name + "|session";
    auto reading = cache_.has_fields(std::move(key), std::move(fields));
    const auto has = co_await std::move(reading);
    if (!has) {
      log::warn("sessions could not be looked up",
                {{"site", site}, {"reason", redis::to_string(has.error())}});
      break;
    }
    for (size_t i = begin; i < end; ++i) {
      if (!(*has)[i - begin]) missing.push_back(std::move(sessions[i]));
    }
  }
  co_return missing;
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
    return it.credential.key() == key && it.info.user == user;
  };
  disconnect_everywhere(home_, site, of_user);
}

}  // namespace crema::frappe
