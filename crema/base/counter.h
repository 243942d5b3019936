// Counters and gauges that cost one plain add: every thread has its own cells, a scrape sums them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace crema::base {

enum class MetricKind : uint8_t { kCounter, kGauge };

// One time series. Declared once, `inline const`, in its layer's counters.h:
//   inline const Counter kRejectedOrigin{"crema_rejected_total", "reason=\"origin\"", "…"};
// Series of one name are exported together. At most kMetricsMax series in a process.
class Metric {
 public:
  // `labels` is empty or Prometheus text without braces. All three must outlive the process.
  Metric(MetricKind kind, const char* name, const char* labels, const char* help);

  // Touches only the calling thread's cell.
  void add(int64_t n = 1) const noexcept;
  // The sum over all threads, living and ended.
  [[nodiscard]] int64_t value() const noexcept;

 private:
  size_t index_;
};

class Counter : public Metric {
 public:
  Counter(const char* name, const char* labels, const char* help)
      : Metric(MetricKind::kCounter, name, labels, help) {}
};

class Gauge : public Metric {
 public:
  Gauge(const char* name, const char* labels, const char* help)
      : Metric(MetricKind::kGauge, name, labels, help) {}
  void sub(int64_t n = 1) const noexcept { add(-n); }
};

inline constexpr size_t kMetricsMax = 256;

struct MetricSample {
  MetricKind kind;
  std::string_view name;
  std::string_view labels;
  std::string_view help;
  int64_t value;
};

// Every series, sorted by name and labels. Any thread.
[[nodiscard]] std::vector<MetricSample> collect_metrics();

// The same in Prometheus' text format. Source: Prometheus exposition format 0.0.4.
[[nodiscard]] std::string metrics_text();

}  // namespace crema::base
