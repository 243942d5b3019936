#include "crema/base/repeat_filter.h"

#include <algorithm>
#include <utility>

namespace crema::base {

std::optional<uint64_t> RepeatFilter::admit(std::string_view message, TimePoint now) {
  const auto found = seen_.find(message);
  if (found == seen_.end()) {
    if (seen_.size() == kMessagesMax) forget_oldest();
    seen_.emplace(message, Seen{now});
    return 0;
  }
  Seen& seen = found->second;
  if (now - seen.written < kWindow) {
    ++seen.left_out;
    return std::nullopt;
  }
  seen.written = now;
  return std::exchange(seen.left_out, 0);
}

void RepeatFilter::forget_oldest() {
  seen_.erase(std::ranges::min_element(
      seen_, {}, [](const auto& message_and_seen) { return message_and_seen.second.written; }));
}

}  // namespace crema::base
