// From any shard to the one where the services live.
#pragma once

#include "crema/server/shard.h"

#include <utility>

namespace crema::frappe {

// Runs `work` on `to`'s thread: at once when this is it. Calls of one thread keep their order.
template <class Work>
void run_on(server::Shard& from, server::Shard& to, Work work) {
  if (&from == &to) return work();
  to.loop().post(std::move(work));
}

}  // namespace crema::frappe
