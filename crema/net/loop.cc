#include "crema/net/loop.h"

#include "crema/base/counter.h"
#include "crema/base/log.h"

namespace crema::net {
namespace {

const base::Counter kEscaped{"crema_escaped_exceptions_total", "",
                             "Exceptions that ended a coroutine; please report them."};

}  // namespace

Loop::Loop(unsigned index)
    : index_(index), now_(base::steady_now()), wheel_(now_), wheel_timer_(context_) {}

Loop::~Loop() = default;

bool Loop::is_this_thread() const noexcept { return thread_.load() == std::this_thread::get_id(); }

void Loop::spawn(const char* name, Task<void> task) {
  ++spawned_;
  auto ended = [this, name](std::exception_ptr error) {
    --spawned_;
    if (!error) return;
    kEscaped.add();
    try {
      std::rethrow_exception(error);
    } catch (const std::exception& e) {
      log::error("a task ended with an exception", {{"task", name}, {"reason", e.what()}});
    } catch (...) {
      log::error("a task ended with an exception", {{"task", name}});
    }
  };
  asio::co_spawn(context_, std::move(task), std::move(ended));
}

void Loop::run() {
  thread_ = std::this_thread::get_id();
  while (!stopping_) {
    arm_wheel_timer();
    now_is_fresh_ = false;
    if (context_.run_one() == 0) break;
    for (int i = 1; i < kTurnHandlers && context_.poll_one() != 0; ++i) {
    }
    wheel_.advance(now());
    if (turn_end_) turn_end_();
    begin_next_turn();
  }
  thread_ = std::thread::id{};
}

bool Loop::drain(base::Duration time) {
  const base::TimePoint until = base::steady_now() + time;
  while (spawned() != 0 && base::steady_now() < until) {
    now_is_fresh_ = false;
    context_.run_one_for(std::chrono::milliseconds(20));
    wheel_.advance(now());
    if (turn_end_) turn_end_();
  }
  return spawned() == 0;
}

void Loop::stop() {
  stopping_ = true;
  post([] {});  // Wakes run_one.
}

void Loop::begin_next_turn() {
  for (auto& fn : next_turn_) post(std::move(fn));
  next_turn_.clear();
}

// One timer serves the whole wheel; it is moved only when an earlier deadline appeared.
void Loop::arm_wheel_timer() {
  const auto wakeup = wheel_.next_wakeup();
  if (!wakeup || (wheel_timer_armed_ && wheel_timer_at_ <= *wakeup)) return;
  wheel_timer_at_ = *wakeup;
  wheel_timer_armed_ = true;
  wheel_timer_.expires_at(*wakeup);
  wheel_timer_.async_wait([this](ErrorCode error) {
    if (!error) wheel_timer_armed_ = false;
  });
}

}  // namespace crema::net
