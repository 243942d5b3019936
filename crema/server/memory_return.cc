#include "crema/server/memory_return.h"

#include "crema/server/counters.h"

#include <algorithm>
#include <malloc.h>
#include <utility>

namespace crema::server {

void MemoryReturn::note(size_t held) {
  const bool is_other = std::exchange(held_, held) != held;
  peak_ = std::max(peak_, held);
  if (!has_dropped()) {
    due_ = false;
  } else if (std::exchange(due_, false)) {
    shrink_();
    ::malloc_trim(0);
    kMemoryReturns.add();
    peak_ = held_;
  } else if (is_other) {
    loop_.wheel().arm(*this, loop_.now() + when_.quiet);  // Again with each change.
  }
}

}  // namespace crema::server
