#include "crema/server/drain.h"

#include "crema/base/log.h"
#include "crema/server/ask_shards.h"

#include <algorithm>
#include <utility>

namespace crema::server {
namespace {

constexpr base::Duration kBetweenLooks{20};

}  // namespace

void Drain::start(base::Duration time_max, std::function<void()> done) {
  until_ = home_.loop().now() + time_max;
  done_ = std::move(done);
  look();
}

void Drain::look() {
  const auto queued = [](Shard& shard) { return shard.sessions_with_queue(); };
  ask_shards(home_, queued, [this](const std::vector<size_t>& answers) {
    size_t sessions = 0;
    for (const size_t count : answers) sessions += count;
    if (sessions == 0) return done_();
    const base::TimePoint now = home_.loop().now();
    if (now < until_) return home_.loop().wheel().arm(*this, std::min(now + kBetweenLooks, until_));
    log::warn("stopping before everything was sent", {{"sessions", sessions}});
    done_();
  });
}

void Drain::on_expired(base::TimePoint) { look(); }

}  // namespace crema::server
