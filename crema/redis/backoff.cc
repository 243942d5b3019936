#include "crema/redis/backoff.h"

#include "crema/base/random.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace crema::redis {
namespace {

uint32_t random_number() {
  std::array<unsigned char, sizeof(uint32_t)> bytes{};
  base::random_bytes(bytes);
  uint32_t number = 0;
  std::memcpy(&number, bytes.data(), sizeof number);
  return number;
}

}  // namespace

base::Duration Backoff::next() {
  step_ = step_.count() == 0 ? min_ : std::min(step_ * 2, max_);
  const auto half = step_ / 2;
  return step_ - base::Duration(random_number() % (half.count() + 1));
}

void Backoff::on_lost_after(base::Duration held) {
  if (held >= max_) step_ = base::Duration{0};
}

}  // namespace crema::redis
