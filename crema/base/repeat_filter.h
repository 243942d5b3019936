// Keeps one warning from filling the log: one line per window, the next one says how many it stands
// for.
#pragma once

#include "crema/base/clock.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace crema::base {

// Remembers at most kMessagesMax messages; the one written longest ago is forgotten first, and
// what was counted for it with it.
class RepeatFilter {
 public:
  static constexpr Duration kWindow{3000};
  static constexpr size_t kMessagesMax = 256;

  // Nothing if this one is to be left out; else how many equal ones were since the last.
  [[nodiscard]] std::optional<uint64_t> admit(std::string_view message, TimePoint now);

 private:
  struct Seen {
    TimePoint written;
    uint64_t left_out = 0;
  };
  void forget_oldest();

  std::map<std::string, Seen, std::less<>> seen_;
};

}  // namespace crema::base
