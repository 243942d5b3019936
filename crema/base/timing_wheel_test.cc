#include "crema/base/timing_wheel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <vector>

namespace crema::base {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr TimePoint kStart{Duration{123'456'789}};

class Alarm final : public WheelEntry {
 public:
  explicit Alarm(std::function<void(TimePoint)> action) : action_(std::move(action)) {}

 private:
  void on_expired(TimePoint now) override {
    const auto action = action_;  // The callback may destroy this entry.
    action(now);
  }
  std::function<void(TimePoint)> action_;
};

// Turns the wheel as a shard does: sleeps until next_wakeup, advances, repeats.
size_t run_until(TimingWheel& wheel, TimePoint& now, TimePoint end) {
  size_t wakeups = 0;
  for (auto next = wheel.next_wakeup(); next && *next <= end; next = wheel.next_wakeup()) {
    now = std::max(now, *next);
    wheel.advance(now);
    ++wakeups;
  }
  now = end;
  wheel.advance(now);
  return wakeups;
}

TEST(TimingWheel, FiresNeverBeforeTheDeadlineAndAtMostOneTickLate) {
  for (Duration wait :
       {Duration{1}, Duration{15}, Duration{16}, Duration{17}, Duration{1000}, Duration{1024},
        Duration{25'000}, Duration{minutes(5)}, Duration{hours(2)}, Duration{hours(73)}}) {
    TimingWheel wheel(kStart);
    std::optional<TimePoint> fired;
    Alarm alarm([&](TimePoint now) { fired = now; });
    wheel.arm(alarm, kStart + wait);
    EXPECT_EQ(wheel.advance(kStart + wait - Duration{1}), 0u) << wait.count();
    EXPECT_TRUE(alarm.armed());
    EXPECT_EQ(wheel.advance(kStart + wait + TimingWheel::kTick - Duration{1}), 1u) << wait.count();
    EXPECT_TRUE(fired.has_value());
    EXPECT_FALSE(alarm.armed());
    EXPECT_EQ(wheel.size(), 0u);
  }
}

TEST(TimingWheel, FiresAPastDeadlineAtTheNextAdvanceEvenWithinTheSameTick) {
  TimingWheel wheel(kStart);
  wheel.advance(kStart + seconds(5));
  size_t fired = 0;
  Alarm alarm([&](TimePoint) { ++fired; });
  for (TimePoint deadline : {kStart, kStart - hours(1), TimePoint::min()}) {
    fired = 0;
    wheel.arm(alarm, deadline);
    ASSERT_TRUE(wheel.next_wakeup().has_value());
    EXPECT_LE(*wheel.next_wakeup(), kStart + seconds(5));
    EXPECT_EQ(wheel.advance(kStart + seconds(5)), 1u);
    EXPECT_EQ(fired, 1u);
  }
}

TEST(TimingWheel, HasNoWakeupWhenNothingIsArmed) {
  TimingWheel wheel(kStart);
  EXPECT_EQ(wheel.next_wakeup(), std::nullopt);
  Alarm alarm([](TimePoint) {});
  wheel.arm(alarm, kStart + minutes(3));
  EXPECT_TRUE(wheel.next_wakeup().has_value());
  alarm.cancel();
  EXPECT_EQ(wheel.next_wakeup(), std::nullopt);
  EXPECT_EQ(wheel.size(), 0u);
  EXPECT_EQ(wheel.advance(kStart + minutes(4)), 0u);
}

TEST(TimingWheel, ReArmingMovesTheDeadline) {
  TimingWheel wheel(kStart);
  size_t fired = 0;
  Alarm alarm([&](TimePoint) { ++fired; });
  wheel.arm(alarm, kStart + seconds(1));
  wheel.arm(alarm, kStart + seconds(10));
  EXPECT_EQ(wheel.size(), 1u);
  wheel.advance(kStart + seconds(9));
  EXPECT_EQ(fired, 0u);
  wheel.advance(kStart + seconds(11));
  EXPECT_EQ(fired, 1u);
}

TEST(TimingWheel, AnEntryIsCancelledByItsDestructor) {
  TimingWheel wheel(kStart);
  {
    Alarm alarm([](TimePoint) { FAIL(); });
    wheel.arm(alarm, kStart + seconds(1));
  }
  EXPECT_EQ(wheel.size(), 0u);
  EXPECT_EQ(wheel.advance(kStart + seconds(2)), 0u);
}

TEST(TimingWheel, EntriesMayOutliveTheWheel) {
  Alarm soon([](TimePoint) { FAIL(); });
  Alarm overdue([](TimePoint) { FAIL(); });
  {
    TimingWheel wheel(kStart);
    wheel.arm(soon, kStart + seconds(1));
    wheel.arm(overdue, kStart);
  }
  EXPECT_FALSE(soon.armed());
  EXPECT_FALSE(overdue.armed());
}

TEST(TimingWheel, EntriesOfOneSlotMayDestroyEachOtherAndThemselves) {
  TimingWheel wheel(kStart);
  std::vector<std::unique_ptr<Alarm>> alarms(5);
  size_t fired = 0;
  for (auto& alarm : alarms) {
    alarm = std::make_unique<Alarm>([&](TimePoint) {
      ++fired;
      for (auto& any : alarms) any.reset();
    });
    wheel.arm(*alarm, kStart + seconds(1));
  }
  EXPECT_EQ(wheel.advance(kStart + seconds(2)), 1u);
  EXPECT_EQ(fired, 1u);
  EXPECT_EQ(wheel.size(), 0u);
  EXPECT_EQ(wheel.next_wakeup(), std::nullopt);
}

TEST(TimingWheel, ACallbackMayCancelAndDestroyEntriesOfOtherSlots) {
  TimingWheel wheel(kStart);
  auto later = std::make_unique<Alarm>([](TimePoint) { FAIL(); });
  Alarm cancelled([](TimePoint) { FAIL(); });
  Alarm first([&](TimePoint) {
    later.reset();
    cancelled.cancel();
  });
  wheel.arm(first, kStart + seconds(1));
  wheel.arm(*later, kStart + seconds(2));
  wheel.arm(cancelled, kStart + minutes(2));
  EXPECT_EQ(wheel.advance(kStart + hours(1)), 1u);
  EXPECT_EQ(wheel.size(), 0u);
}

TEST(TimingWheel, ACallbackThatReArmsForNowDoesNotHoldTheThread) {
  TimingWheel wheel(kStart);
  size_t fired = 0;
  Alarm* self = nullptr;
  Alarm alarm([&](TimePoint now) {
    ++fired;
    wheel.arm(*self, now);
  });
  self = &alarm;
  wheel.arm(alarm, kStart + seconds(1));
  // On a tick's boundary the new deadline is met within the call, once.
  wheel.advance(kStart + seconds(2));
  EXPECT_LE(fired, 2u);
  const size_t before = fired;
  wheel.advance(kStart + seconds(2));
  EXPECT_EQ(fired, before + 1);
}

TEST(TimingWheel, APeriodicEntryKeepsItsPeriodThroughALongGap) {
  TimingWheel wheel(kStart);
  TimePoint due = kStart;
  size_t fired = 0;
  Alarm* self = nullptr;
  Alarm alarm([&](TimePoint) {
    ++fired;
    wheel.arm(*self, due += seconds(25));
  });
  self = &alarm;
  wheel.arm(alarm, due += seconds(25));
  wheel.advance(kStart + seconds(2500) + TimingWheel::kTick);
  EXPECT_EQ(fired, 100u);
}

TEST(TimingWheel, HoldsDeadlinesBeyondItsSpan) {
  TimingWheel wheel(kStart);
  TimePoint now = kStart;
  std::map<int, TimePoint> fired;
  Alarm week([&](TimePoint at) { fired[7] = at; });
  Alarm month([&](TimePoint at) { fired[30] = at; });
  Alarm never([](TimePoint) { FAIL(); });
  wheel.arm(week, kStart + hours(24 * 7));
  wheel.arm(month, kStart + hours(24 * 30));
  wheel.arm(never, TimePoint::max());
  const size_t wakeups = run_until(wheel, now, kStart + hours(24 * 40));
  EXPECT_LT(wakeups, 100u);
  ASSERT_EQ(fired.size(), 2u);
  EXPECT_GE(fired[7], kStart + hours(24 * 7));
  EXPECT_LE(fired[7], kStart + hours(24 * 7) + TimingWheel::kTick);
  EXPECT_GE(fired[30], kStart + hours(24 * 30));
  EXPECT_LE(fired[30], kStart + hours(24 * 30) + TimingWheel::kTick);
  EXPECT_TRUE(never.armed());
}

TEST(TimingWheel, ALongGapIsCrossedInOneCall) {
  TimingWheel wheel(kStart);
  std::vector<int> order;
  Alarm near([&](TimePoint) { order.push_back(1); });
  Alarm middle([&](TimePoint) { order.push_back(2); });
  Alarm far([&](TimePoint) { order.push_back(3); });
  wheel.arm(far, kStart + hours(24 * 365));
  wheel.arm(middle, kStart + hours(30));
  wheel.arm(near, kStart + seconds(1));
  EXPECT_EQ(wheel.advance(kStart + hours(24 * 366)), 3u);
  EXPECT_THAT(order, testing::ElementsAre(1, 2, 3));
}

TEST(TimingWheel, IgnoresAClockThatStandsStillOrGoesBack) {
  TimingWheel wheel(kStart);
  wheel.advance(kStart + seconds(10));
  size_t fired = 0;
  Alarm alarm([&](TimePoint) { ++fired; });
  wheel.arm(alarm, kStart + seconds(12));
  wheel.advance(kStart - hours(1));
  wheel.advance(kStart + seconds(11));
  EXPECT_EQ(fired, 0u);
  wheel.advance(kStart + seconds(13));
  EXPECT_EQ(fired, 1u);
}

// A wheel and a std::multimap are told the same; both must fire the same entries, in the order of
// their ticks. `now` moves in steps from nothing to days.
class Comparison {
 public:
  explicit Comparison(uint32_t seed) : random_(seed) {
    for (size_t i = 0; i < kAlarms; ++i) {
      alarms_.push_back(std::make_unique<Alarm>([this, i](TimePoint) { on_fired(i); }));
      in_model_.push_back(model_.end());
    }
  }

  void step() {
    for (uint32_t changes = random_() % 4; changes > 0; --changes) change(random_() % kAlarms);
    check_wakeup();
    advance_to(now_ + random_step());
    ASSERT_EQ(wheel_.size(), model_.size());
  }
  [[nodiscard]] size_t fired() const { return fired_; }

 private:
  static constexpr size_t kAlarms = 40;
  using Model = std::multimap<int64_t, size_t>;  // Tick to alarm.

  Duration random_duration() {
    static constexpr std::array<int64_t, 6> kScales = {20,        1'500,       70'000,
                                                       5'000'000, 300'000'000, 2'000'000'000};
    return Duration{static_cast<int64_t>(random_()) % kScales[random_() % kScales.size()]};
  }
  Duration random_step() {
    return random_() % 3 == 0 ? random_duration() : Duration{random_() % 2000};
  }
  static int64_t tick_at_or_after(TimePoint t) {
    return t <= kStart ? 0 : ((t - kStart).count() + 15) / 16;
  }

  void change(size_t i) {
    forget(i);
    switch (random_() % 8) {
      case 0:
        alarms_[i]->cancel();
        break;
      case 1:
        alarms_[i] = std::make_unique<Alarm>([this, i](TimePoint) { on_fired(i); });
        break;
      default:
        const TimePoint deadline = now_ + random_duration() - Duration{random_() % 40};
        wheel_.arm(*alarms_[i], deadline);
        in_model_[i] = model_.emplace(tick_at_or_after(deadline), i);
    }
  }
  void forget(size_t i) {
    if (in_model_[i] == model_.end()) return;
    model_.erase(in_model_[i]);
    in_model_[i] = model_.end();
  }

  void check_wakeup() {
    const auto wakeup = wheel_.next_wakeup();
    ASSERT_EQ(wakeup.has_value(), !model_.empty());
    if (!wakeup) return;
    const TimePoint first_due = kStart + model_.begin()->first * TimingWheel::kTick;
    ASSERT_LE(*wakeup, std::max(first_due, now_)) << "late";
  }

  void advance_to(TimePoint now) {
    overdue_until_ = last_tick_ = tick_passed();
    now_ = now;
    const size_t before = fired_;
    const size_t told = wheel_.advance(now);
    ASSERT_EQ(told, fired_ - before);
    ASSERT_TRUE(model_.empty() || model_.begin()->first > tick_passed()) << "missed an entry";
  }
  [[nodiscard]] int64_t tick_passed() const { return (now_ - kStart).count() / 16; }

  void on_fired(size_t i) {
    ++fired_;
    ASSERT_NE(in_model_[i], model_.end()) << "fired, though not armed";
    const int64_t tick = in_model_[i]->first;
    ASSERT_LE(kStart + tick * TimingWheel::kTick, now_) << "fired early";
    // What was armed too late comes first, in the order of its arming; the rest by its tick.
    if (tick > overdue_until_) {
      ASSERT_GE(tick, last_tick_);
      last_tick_ = tick;
    } else {
      ASSERT_EQ(last_tick_, overdue_until_);
    }
    forget(i);
    if (random_() % 4 == 0) change_within_callback(random_() % kAlarms);
  }
  void change_within_callback(size_t i) {
    if (random_() % 2 == 0) {
      forget(i);
      alarms_[i] = std::make_unique<Alarm>([this, i](TimePoint) { on_fired(i); });
      return;
    }
    const TimePoint deadline = now_ + Duration{1} + random_duration();
    forget(i);
    wheel_.arm(*alarms_[i], deadline);
    in_model_[i] = model_.emplace(tick_at_or_after(deadline), i);
  }

  std::mt19937 random_;
  TimePoint now_ = kStart;
  TimingWheel wheel_{kStart};
  std::vector<std::unique_ptr<Alarm>> alarms_;
  Model model_;
  std::vector<Model::iterator> in_model_;
  int64_t overdue_until_ = 0;
  int64_t last_tick_ = 0;
  size_t fired_ = 0;
};

TEST(TimingWheel, AgreesWithANaiveModel) {
  for (uint32_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    Comparison comparison(seed);
    for (int i = 0; i < 3000; ++i) {
      comparison.step();
      if (HasFatalFailure()) return;
    }
    EXPECT_GT(comparison.fired(), 1000u);
  }
}

}  // namespace
}  // namespace crema::base
