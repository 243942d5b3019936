// One thread's event loop, in turns: handlers run until none is ready or a bound is reached, then
// everything queued in the turn is sent at once (architecture, section 1.2).
#pragma once

#include "crema/base/check.h"
#include "crema/base/clock.h"
#include "crema/base/timing_wheel.h"
#include "crema/net/asio.h"
#include "crema/net/poll_set.h"

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace crema::net {

class Loop {
 public:
  // `index` names the shard in logs and ids.
  explicit Loop(unsigned index = 0);
  // A guest on a context that somebody else runs, on one thread at a time. Its turn ends when the
  // handlers that were ready have run. What is left of it on the context when it goes does nothing.
  Loop(unsigned index, asio::io_context& context);
  // On the loop's thread, or when that runs no more.
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  [[nodiscard]] unsigned index() const noexcept { return index_; }
  [[nodiscard]] asio::io_context& context() noexcept { return context_; }
  [[nodiscard]] Executor executor() noexcept { return context_.get_executor(); }
  // The time, read from the clock once per turn. Loop thread only.
  [[nodiscard]] base::TimePoint now() noexcept {
    return std::chrono::time_point_cast<base::Duration>(turn_began());
  }
  // The same, as precise as the clock is: for measuring. Loop thread only.
  [[nodiscard]] std::chrono::steady_clock::time_point turn_began() noexcept {
    check_thread();
    if (!now_is_fresh_) now_ = std::chrono::steady_clock::now();
    now_is_fresh_ = true;
    return now_;
  }
  // Deadlines of everything that lives on this loop. Loop thread only.
  [[nodiscard]] base::TimingWheel& wheel() noexcept {
    check_thread();
    return wheel_;
  }
  // The descriptors of its streams. Loop thread only.
  [[nodiscard]] PollSet& poll_set() noexcept { return poll_set_; }
  [[nodiscard]] bool is_this_thread() const noexcept;
  // Whether another thread is in this loop's turn.
  [[nodiscard]] bool is_other_thread() const noexcept;
  // What is for the loop's thread only is on it, or the loop does not run. In builds with
  // assertions.
  void check_thread() const noexcept {
#ifndef NDEBUG
    const bool is_on_the_loops_thread = !is_other_thread();
    CREMA_ASSERT(is_on_the_loops_thread);
#endif
  }

  // Runs `fn` on the loop, later. Any thread; order of one caller's posts is kept.
  template <class F>
  void post(F&& fn) {
    asio::post(context_, handler(std::forward<F>(fn)));
  }

  // Wraps what waits on this loop for a descriptor or a timer: it runs within a turn, and not once
  // the loop is gone.
  template <class F>
  [[nodiscard]] auto handler(F fn) {
    return [this, alive = alive_, fn = std::move(fn)](auto&&... args) mutable {
      if (!*alive) return;
      if (!own_) end_turn_soon();
      fn(std::forward<decltype(args)>(args)...);
    };
  }

  // Runs `fn` in the turn after this one, when what this turn queued has been sent; `post` may run
  // it in this one. For work that comes in shares. Loop thread only.
  void post_next_turn(std::function<void()> fn) { next_turn_.push_back(std::move(fn)); }

  // Starts a coroutine on this loop. What escapes it is logged and counted, never thrown on.
  // `name` is a literal. Any thread.
  void spawn(const char* name, Task<void> task);
  // Coroutines started by spawn that have not ended. Any thread.
  [[nodiscard]] int spawned() const noexcept { return spawned_.load(); }

  // Called at the end of every turn, on the loop's thread. Set before `run`.
  void at_turn_end(std::function<void()> fn) { turn_end_ = std::move(fn); }

  // Runs turns on the calling thread until `stop`. A turn is at most kTurnHandlers handlers. Not
  // for a guest.
  void run();
  // After `run`: goes on until every spawned coroutine has ended, at most for `time`.
  // False: some have not, and their frames refer to whatever they were given.
  [[nodiscard]] bool drain(base::Duration time);
  // Ends `run` after the current turn; a guest keeps its context busy no longer. Any thread.
  void stop();

  static constexpr int kTurnHandlers = 256;

 private:
  void begin_turn();
  void arm_wheel_timer();
  void begin_next_turn();
  void end_turn_soon();
  void end_guest_turn();

  // Fixed at construction.
  const unsigned index_;
  const std::unique_ptr<asio::io_context> own_;  // Null for a guest.
  asio::io_context& context_;
  std::optional<asio::executor_work_guard<Executor>> work_;  // Not for a guest.
  const std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);

  // Owned by the loop's thread.
  PollSet poll_set_{context_};
  std::chrono::steady_clock::time_point now_;
  bool now_is_fresh_ = true;
  base::TimingWheel wheel_;
  SteadyTimer wheel_timer_;
  base::TimePoint wheel_timer_at_;
  bool wheel_timer_armed_ = false;
  bool turn_ends_soon_ = false;  // A guest's.
  std::function<void()> turn_end_;
  std::vector<std::function<void()>> next_turn_;

  // Shared.
  std::atomic<std::thread::id> thread_;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> spawned_ = 0;
};

}  // namespace crema::net
