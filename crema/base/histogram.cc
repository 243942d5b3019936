#include "crema/base/histogram.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <tuple>

namespace crema::base {
namespace {

// A cell that is part of a histogram: collect_metrics() passes over what has no name.
constexpr const char* kNoName = "";

struct Registry {
  std::mutex mutex;
  std::vector<const Histogram*> all;  // Guarded by mutex.
};

Registry& registry() {
  static auto* instance = new Registry;  // Never destroyed: a scrape may outlive main's statics.
  return *instance;
}

double seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

Histogram::Histogram(const char* name, const char* labels, const char* help)
    : name_(name),
      labels_(labels),
      help_(help),
      nanoseconds_(MetricKind::kCounter, kNoName, kNoName, kNoName) {
  for (size_t i = 0; i <= kHistogramBounds.size(); ++i) {
    buckets_.emplace_back(MetricKind::kCounter, kNoName, kNoName, kNoName);
  }
  const std::lock_guard lock(registry().mutex);
  registry().all.push_back(this);
}

void Histogram::observe(std::chrono::nanoseconds time) const noexcept {
  const auto found = std::lower_bound(kHistogramBounds.begin(), kHistogramBounds.end(), time);
  buckets_[static_cast<size_t>(found - kHistogramBounds.begin())].add();
  nanoseconds_.add(time.count());
}

int64_t Histogram::count() const noexcept {
  int64_t total = 0;
  for (const Metric& bucket : buckets_) total += bucket.value();
  return total;
}

void Histogram::append_to(std::string& text) const {
  const std::string_view comma = labels().empty() ? "" : ",";
  int64_t total = 0;
  for (size_t i = 0; i < buckets_.size(); ++i) {
    total += buckets_[i].value();
    const std::string bound = i < kHistogramBounds.size()
                                  ? fmt::format("{}", seconds(kHistogramBounds[i]))
                                  : std::string("+Inf");
    text += fmt::format("{}_bucket{{{}{}le=\"{}\"}} {}\n", name_, labels_, comma, bound, total);
  }
  const std::string braces = labels().empty() ? "" : fmt::format("{{{}}}", labels_);
  const std::chrono::nanoseconds sum(nanoseconds_.value());
  text += fmt::format("{}_sum{} {:.9f}\n", name_, braces, seconds(sum));
  text += fmt::format("{}_count{} {}\n", name_, braces, total);
}

std::vector<const Histogram*> collect_histograms() {
  std::vector<const Histogram*> all;
  {
    const std::lock_guard lock(registry().mutex);
    all = registry().all;
  }
  std::ranges::sort(all, [](const Histogram* a, const Histogram* b) {
    return std::tuple(a->name(), a->labels()) < std::tuple(b->name(), b->labels());
  });
  return all;
}

std::string histograms_text() {
  std::string text;
  std::string_view previous;
  for (const Histogram* histogram : collect_histograms()) {
    if (histogram->name() != previous) {
      previous = histogram->name();
      text +=
          fmt::format("# HELP {} {}\n# TYPE {} histogram\n", previous, histogram->help(), previous);
    }
    histogram->append_to(text);
  }
  return text;
}

}  // namespace crema::base
