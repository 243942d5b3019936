#include "crema/load/backoff.h"

#include <algorithm>
#include <cmath>

namespace crema::load {
namespace {

constexpr double kFirst_ms = 1000;
constexpr double kMost_ms = 5000;
constexpr double kFactor = 2;
constexpr double kJitter = 0.5;

}  // namespace

// The one chance decides both how far from the middle and to which side, as there.
std::chrono::milliseconds Backoff::next(double chance) {
  const double middle = kFirst_ms * std::pow(kFactor, attempts_++);
  const double deviation = std::floor(chance * kJitter * middle);
  const bool is_less = (static_cast<int>(chance * 10) & 1) == 0;
  const double wait = is_less ? middle - deviation : middle + deviation;
  return std::chrono::milliseconds(static_cast<std::int64_t>(std::min(wait, kMost_ms)));
}

}  // namespace crema::load
