#include "crema/load/latency_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace crema::load {

// Values below 64 have a bucket each; above, the highest 7 bits choose it: the power of two and
// the 6 bits that follow the leading one.
std::size_t LatencyHistogram::bucket_of(std::uint64_t value) {
  if (value < kSubBuckets) return value;
  const auto shift = static_cast<std::size_t>(std::bit_width(value)) - kSubBits - 1;
  return shift * kSubBuckets + (value >> shift);
}

std::uint64_t LatencyHistogram::upper_edge(std::size_t bucket) {
  if (bucket < 2 * kSubBuckets) return bucket;
  const std::size_t shift = bucket / kSubBuckets - 1;
  const std::uint64_t top = kSubBuckets + bucket % kSubBuckets;
  return (top << shift) + ((std::uint64_t{1} << shift) - 1);
}

std::uint64_t LatencyHistogram::percentile(double share) const {
  const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < buckets_.size() && count_ > 0; ++bucket) {
    seen += buckets_[bucket];
    if (seen >= wanted && seen > 0) return std::min(upper_edge(bucket), max_);
  }
  return max_;
}

void LatencyHistogram::record(std::uint64_t nanoseconds) {
  ++buckets_[bucket_of(nanoseconds)];
  ++count_;
  max_ = std::max(max_, nanoseconds);
}

}  // namespace crema::load
