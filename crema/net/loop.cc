#include "crema/net/loop.h"

#include "crema/base/check.h"
#include "crema/base/counter.h"
#include "crema/base/log.h"

namespace crema::net {
namespace {

const base::Counter kEscaped{"crema_escaped_exceptions_total", "",
                             "Exceptions that ended a coroutine; please report them."};

}  // namespace

Loop::Loop(unsigned index)
    : index_(index),
      own_(std::make_unique<asio::io_context>(1)),
      context_(*own_),
      work_(context_.get_executor()),
      now_(std::chrono::steady_clock::now()),
      wheel_(std::chrono::time_point_cast<base::Duration>(now_)),
      wheel_timer_(context_) {}

Loop::Loop(unsigned index, asio::io_context& context)
    : index_(index),
      context_(context),
      now_(std::chrono::steady_clock::now()),
      now_is_fresh_(false),
      wheel_(std::chrono::time_point_cast<base::Duration>(now_)),
      wheel_timer_(context_) {}

Loop::~Loop() { *alive_ = false; }

bool Loop::is_this_thread() const noexcept {
  if (!own_) return context_.get_executor().running_in_this_thread();
  return thread_.load() == std::this_thread::get_id();
}

bool Loop::is_other_thread() const noexcept {
  const std::thread::id thread = thread_.load();
  return thread != std::thread::id{} && thread != std::this_thread::get_id();
}

// Behind the handlers that are ready now.
void Loop::end_turn_soon() {
  if (std::exchange(turn_ends_soon_, true)) return;
  thread_ = std::this_thread::get_id();
  now_is_fresh_ = false;
  asio::post(context_, [this, alive = alive_] {
    if (*alive) end_guest_turn();
  });
}

void Loop::end_guest_turn() {
  turn_ends_soon_ = false;
  now_is_fresh_ = false;
  wheel_.advance(now());
  if (turn_end_) turn_end_();
  begin_next_turn();
  begin_turn();
  if (!turn_ends_soon_) thread_ = std::thread::id{};
}

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
  CREMA_ASSERT(own_);
  thread_ = std::this_thread::get_id();
  while (!stopping_) {
    begin_turn();
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
    begin_turn();
    context_.run_one_for(std::chrono::milliseconds(20));
    wheel_.advance(now());
    if (turn_end_) turn_end_();
  }
  return spawned() == 0;
}

void Loop::stop() {
  stopping_ = true;
  // Wakes run_one; a guest's context has nothing to wait for then.
  post([this] {
    if (!own_) wheel_timer_.cancel();
  });
}

void Loop::begin_turn() {
  arm_wheel_timer();
  poll_set_.arm(*this);
  now_is_fresh_ = false;
}

void Loop::begin_next_turn() {
  for (auto& fn : next_turn_) post(std::move(fn));
  next_turn_.clear();
}

// One timer serves the whole wheel; it is moved only when an earlier deadline appeared.
void Loop::arm_wheel_timer() {
  if (!own_ && stopping_) return;
  const auto wakeup = wheel_.next_wakeup();
  if (!wakeup || (wheel_timer_armed_ && wheel_timer_at_ <= *wakeup)) return;
  wheel_timer_at_ = *wakeup;
  wheel_timer_armed_ = true;
  wheel_timer_.expires_at(*wakeup);
  wheel_timer_.async_wait(handler([this](ErrorCode error) {
    if (!error) wheel_timer_armed_ = false;
  }));
}

}  // namespace crema::net
