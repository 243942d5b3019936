// Times in buckets that cost a short search and two plain adds: every thread has its own cells, a
// scrape sums them.
#pragma once

#include "crema/base/counter.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace crema::base {

// The upper bounds of the buckets, in Prometheus' `le`: 50 µs to 10 s; one more has no bound.
inline constexpr std::array<std::chrono::microseconds, 12> kHistogramBounds = {
    std::chrono::microseconds(50),        std::chrono::microseconds(100),
    std::chrono::microseconds(250),       std::chrono::microseconds(500),
    std::chrono::microseconds(1'000),     std::chrono::microseconds(2'500),
    std::chrono::microseconds(10'000),    std::chrono::microseconds(50'000),
    std::chrono::microseconds(250'000),   std::chrono::microseconds(1'000'000),
    std::chrono::microseconds(5'000'000), std::chrono::microseconds(10'000'000)};

// One series. Declared once, `inline const`, in its layer's counters.h. Lives as long as the
// process: a scrape finds it.
class Histogram {
 public:
  // `labels` is empty or Prometheus text without braces. All three must outlive the process.
  Histogram(const char* name, const char* labels, const char* help);
  Histogram(const Histogram&) = delete;
  Histogram& operator=(const Histogram&) = delete;

  // Touches only the calling thread's cells.
  void observe(std::chrono::nanoseconds time) const noexcept;

  [[nodiscard]] std::string_view name() const noexcept { return name_; }
  [[nodiscard]] std::string_view labels() const noexcept { return labels_; }
  [[nodiscard]] std::string_view help() const noexcept { return help_; }
  // How many times were observed.
  [[nodiscard]] int64_t count() const noexcept;

 private:
  friend std::string histograms_text();
  void append_to(std::string& text) const;

  const char* const name_;
  const char* const labels_;
  const char* const help_;
  std::vector<Metric> buckets_;  // The last one is of what is above every bound.
  Metric nanoseconds_;           // Their sum.
};

// Every series, sorted by name and labels. Any thread.
[[nodiscard]] std::vector<const Histogram*> collect_histograms();

// The same in Prometheus' text format. Source: Prometheus exposition format 0.0.4.
[[nodiscard]] std::string histograms_text();

}  // namespace crema::base
