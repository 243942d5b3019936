#pragma once

#include "crema/load/homecoming.h"
#include "crema/load/options.h"
#include "crema/load/outcome.h"

#include <chrono>
#include <functional>

namespace crema::load {

// What a run with Options::come_back has found out.
struct ComeBack {
  std::chrono::nanoseconds cpu{0};  // Of this process, since everybody was ready.
  // The system's clock at Homecoming::first_lost_ns and first_answer_ns, for a caller that knows
  // when the server went and came. The epoch: never.
  std::chrono::system_clock::time_point first_lost_at;
  std::chrono::system_clock::time_point first_answer_at;
  Homecoming homecoming;

  [[nodiscard]] bool is_well(const Options& options) const {
    return homecoming.are_all_back() && (!options.publishes() || homecoming.have_all_heard());
  }
};

// Gathers the clients; if it publishes, each has an event of its room then. Calls `on_ready` once
// with the time that took, and waits until every client was lost and is back, and has had another
// event of its room, or will not come, or Options::come_back is over. Errors: they could not be
// gathered, or Redis is gone.
[[nodiscard]] Outcome<ComeBack> come_back(
    const Options& options, const std::function<void(std::chrono::nanoseconds)>& on_ready);

}  // namespace crema::load
