// Sessions that have ended lose their sockets. The web process is not asked about each of them on a
// timer: every request would keep its session alive. Source: spec/frappe-realtime.md 9 (the session
// hash), architecture, section 5.
#pragma once

#include "crema/base/timing_wheel.h"
#include "crema/frappe/backend.h"
#include "crema/frappe/sites.h"
#include "crema/redis/publisher.h"
#include "crema/server/shard.h"

#include <cstddef>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

namespace crema::frappe {

struct SessionWatchOptions {
  base::Duration period = std::chrono::seconds(30);
  // Tokens have no session: their owners are asked about every so many rounds.
  int rounds_per_token_check = 30;
  // Calls to the web process of one site follow each other at this distance.
  base::Duration call_distance{200};
  // Sockets looked at in one step, and so sessions of one command to Redis at most: what a round
  // holds at a time.
  size_t batch = 256;
};

// Home shard only. Each round goes through who is connected, looks their sessions up in Frappe's
// cache, and asks the web process about the missing ones: whoever has become somebody else, or
// nobody, is disconnected. Whatever cannot be found out leaves everybody where they are; whom a
// step misses because others left meanwhile, the next round finds.
class SessionWatch final : base::WheelEntry {
 public:
  // Borrows all for life; `cache` is the Redis of Frappe's cache.
  SessionWatch(server::Shard& home, FindSite find_site, Backend& backend, redis::Publisher& cache,
               SessionWatchOptions options = {});
  ~SessionWatch() override = default;

  void start();
  // What is under way ends at its next step.
  void stop();

 private:
  struct Watched {
    Credential credential;
    std::string user;
  };
  // Some of a site's sockets on one shard: each credential once, Guests left out.
  struct Slice {
    std::vector<Watched> people;
    size_t end = 0;  // Where the next one begins.
    bool is_last = false;
  };
  // One site's round.
  struct Round {
    std::string site;
    std::string sessions;  // The key of their hash; empty: it is not known.
    bool tokens_too;
    std::unordered_set<std::string> asked = {};  // Credentials that were looked at, by key.
  };

  static Slice collect(server::Shard& shard, const std::string& site, size_t begin, size_t batch);
  void on_expired(base::TimePoint now) override;
  void begin_round(std::string site, bool tokens_too);
  net::Task<void> run(std::shared_ptr<Round> round);
  // Empty, and the last of its shard, when that has not answered within a period: the next round
  // finds who was in it.
  net::Task<Slice> next_slice(std::shared_ptr<Round> round, unsigned shard, size_t begin);
  // False: the round ends.
  net::Task<bool> check(std::shared_ptr<Round> round, std::vector<Watched> people);
  net::Task<bool> keep_missing(std::shared_ptr<Round> round, std::vector<Watched>* sessions);
  net::Task<void> ask_about(std::string site, Watched person);

  server::Shard& home_;
  const FindSite find_site_;
  Backend& backend_;
  redis::Publisher& cache_;
  const SessionWatchOptions options_;
  std::unordered_set<std::string> under_way_;  // Sites whose last round has not ended.
  int rounds_ = 0;
  bool stopped_ = false;
};

}  // namespace crema::frappe
