// Sessions that have ended lose their sockets. The web process is not asked about each of them on a
// timer: every request would keep its session alive. Source: spec/frappe-realtime.md 9 (the session
// hash), architecture, section 5.
#pragma once

#include "crema/base/timing_wheel.h"
#include "crema/frappe/backend.h"
#include "crema/frappe/sites.h"
#include "crema/redis/publisher.h"
#include "crema/server/shard.h"

#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace crema::frappe {

struct SessionWatchOptions {
  base::Duration period = std::chrono::seconds(30);
  // Tokens have no session: their owners are asked about every so many rounds.
  int rounds_per_token_check = 30;
  // Calls to the web process of one site follow each other at this distance.
  base::Duration call_distance{200};
  size_t batch = 256;  // Sessions of one command to Redis.
};

// Home shard only. Each round collects who is connected, looks their sessions up in Frappe's cache,
// and asks the web process about the missing ones: whoever has become somebody else, or nobody, is
// disconnected. Whatever cannot be found out leaves everybody where they are.
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
  using People = std::unordered_map<std::string, Watched>;  // By credential.
  using Sites = std::unordered_map<std::string, People>;    // By name.
  struct Round {
    Sites sites;
    unsigned shards_missing;
  };

  static void collect(server::Shard& shard, Sites& sites);
  void on_expired(base::TimePoint now) override;
  void collected(Round& round);
  net::Task<void> check_site(std::string site, People people, bool tokens_too);
  net::Task<std::vector<Watched>> missing_sessions(std::string site, People people);
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
