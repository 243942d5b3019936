// The deadline of a wait that is already under way, from the loop's wheel: no timer of its own.
#pragma once

#include "crema/net/loop.h"

#include <functional>

namespace crema::net {

// Calls `on_late` once when `at` has come, unless destroyed or moved further before. A wait may
// have succeeded in the same turn, and the coroutine goes on to the next: so `on_late` makes every
// later wait fail too (it closes the socket, a mere cancel is lost), or `passed` is asked before.
//
//   std::function<void()> close = [&socket] { ErrorCode ignored; socket.close(ignored); };
//   const Deadline deadline(loop, at, close);
//   … waits on the socket …
//   co_return base::fail(deadline.passed() ? Errc::kTimeout : Errc::kReset);
//
// Loop thread only. Lives in a coroutine's frame or an object of the loop; not movable.
class Deadline final : public base::WheelEntry {
 public:
  Deadline(Loop& loop, base::TimePoint at, std::function<void()> on_late)
      : loop_(loop), on_late_(std::move(on_late)) {
    move_to(at);
  }

  [[nodiscard]] bool passed() const noexcept { return passed_; }
  // Starts over with another moment.
  void move_to(base::TimePoint at) {
    passed_ = false;
    loop_.wheel().arm(*this, at);
  }

 private:
  void on_expired(base::TimePoint) override {
    passed_ = true;
    on_late_();
  }

  Loop& loop_;
  const std::function<void()> on_late_;
  bool passed_ = false;
};

}  // namespace crema::net
