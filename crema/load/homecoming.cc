#include "crema/load/homecoming.h"

#include <algorithm>

namespace crema::load {
namespace {

using Times = std::vector<double>;

double milliseconds_between(std::uint64_t from_ns, std::uint64_t to_ns) {
  return (static_cast<double>(to_ns) - static_cast<double>(from_ns)) / 1e6;
}

Spread spread_of(Times times) {
  if (times.empty()) return {};
  std::ranges::sort(times);
  const auto at = [&times](double share) {
    return times[static_cast<std::size_t>(static_cast<double>(times.size() - 1) * share)];
  };
  return {.count = times.size(), .median_ms = at(0.5), .p99_ms = at(0.99), .last_ms = times.back()};
}

void count_reason(Homecoming::Reasons& reasons, const std::string& reason) {
  const auto found = reasons.find(reason);
  if (found != reasons.end()) {
    ++found->second;
  } else if (reasons.size() < Homecoming::kReasonsMax) {
    reasons.emplace(reason, 1);
  }
}

void take_earlier(std::uint64_t& first_ns, std::uint64_t time_ns) {
  if (time_ns != 0 && (first_ns == 0 || time_ns < first_ns)) first_ns = time_ns;
}

void count(Homecoming& all, const Journey& one) {
  if (one.losses != 0) ++all.lost;
  if (one.is_recovered) ++all.recovered;
  if (one.end == Journey::End::kGaveUp) {
    ++all.gave_up;
    count_reason(all.gave_up_reasons, one.reason);
  } else if (one.end == Journey::End::kRefused) {
    ++all.refused;
    count_reason(all.refused_reasons, one.reason);
  }
  all.losses_max = std::max(all.losses_max, one.losses);
  all.attempts_max = std::max(all.attempts_max, one.attempts);
  take_earlier(all.first_lost_ns, one.lost_ns);
  take_earlier(all.first_answer_ns, one.answered_ns);
}

}  // namespace

Homecoming summarize(const std::vector<const Journey*>& journeys) {
  Homecoming all;
  all.connections = static_cast<std::uint32_t>(journeys.size());
  for (const auto* one : journeys) count(all, *one);
  Times since_lost;
  Times since_answer;
  Times heard;
  for (const auto* one : journeys) {
    if (one->back_ns == 0) continue;
    since_lost.push_back(milliseconds_between(one->lost_ns, one->back_ns));
    since_answer.push_back(milliseconds_between(all.first_answer_ns, one->back_ns));
    if (one->heard_ns == 0) continue;
    heard.push_back(milliseconds_between(all.first_answer_ns, one->heard_ns));
  }
  all.back_since_lost = spread_of(std::move(since_lost));
  all.back_since_answer = spread_of(std::move(since_answer));
  all.heard_since_answer = spread_of(std::move(heard));
  return all;
}

}  // namespace crema::load
