#include "crema/base/counter.h"

#include "crema/base/check.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>

namespace crema::base {
namespace {

// Written by one thread, read by any.
struct Cells {
  std::array<std::atomic<int64_t>, kMetricsMax> values{};
};

struct Description {
  MetricKind kind;
  const char* name;
  const char* labels;
  const char* help;
};

struct Registry {
  std::mutex mutex;
  std::vector<Description> metrics;  // Guarded by mutex.
  std::vector<Cells*> threads;       // Guarded by mutex.
  Cells ended;                       // What threads that are gone have counted.
};

Registry& registry() {
  static auto* instance = new Registry;  // Never destroyed: threads may outlive main's statics.
  return *instance;
}

class ThreadCells {
 public:
  ThreadCells() {
    std::lock_guard lock(registry().mutex);
    registry().threads.push_back(&cells_);
  }
  ~ThreadCells() {
    std::lock_guard lock(registry().mutex);
    for (size_t i = 0; i < kMetricsMax; ++i) registry().ended.values[i] += cells_.values[i];
    std::erase(registry().threads, &cells_);
  }
  Cells& cells() { return cells_; }

 private:
  Cells cells_;
};

Cells& my_cells() {
  thread_local ThreadCells mine;
  return mine.cells();
}

int64_t sum(Registry& all, size_t index) {
  int64_t total = all.ended.values[index].load(std::memory_order_relaxed);
  for (const Cells* cells : all.threads) {
    total += cells->values[index].load(std::memory_order_relaxed);
  }
  return total;
}

}  // namespace

Metric::Metric(MetricKind kind, const char* name, const char* labels, const char* help) {
  std::lock_guard lock(registry().mutex);
  index_ = registry().metrics.size();
  CREMA_ASSERT(index_ < kMetricsMax);
  registry().metrics.push_back({kind, name, labels, help});
}

void Metric::add(int64_t n) const noexcept {
  auto& cell = my_cells().values[index_];
  cell.store(cell.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
}

int64_t Metric::value() const noexcept {
  std::lock_guard lock(registry().mutex);
  return sum(registry(), index_);
}

std::vector<MetricSample> collect_metrics() {
  std::vector<MetricSample> samples;
  {
    std::lock_guard lock(registry().mutex);
    for (size_t i = 0; i < registry().metrics.size(); ++i) {
      const Description& d = registry().metrics[i];
      if (*d.name == '\0') continue;  // Part of a Histogram.
      samples.push_back({d.kind, d.name, d.labels, d.help, sum(registry(), i)});
    }
  }
  std::ranges::sort(samples, [](const MetricSample& a, const MetricSample& b) {
    return std::tie(a.name, a.labels) < std::tie(b.name, b.labels);
  });
  return samples;
}

std::string metrics_text() {
  std::string text;
  std::string_view previous;
  for (const MetricSample& sample : collect_metrics()) {
    if (sample.name != previous) {
      text.append("# HELP ").append(sample.name).append(" ").append(sample.help).append("\n");
      text.append("# TYPE ").append(sample.name);
      text.append(sample.kind == MetricKind::kCounter ? " counter\n" : " gauge\n");
      previous = sample.name;
    }
    text.append(sample.name);
    if (!sample.labels.empty()) text.append("{").append(sample.labels).append("}");
    text.append(" ").append(std::to_string(sample.value)).append("\n");
  }
  return text;
}

}  // namespace crema::base
