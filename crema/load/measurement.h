#pragma once

#include "crema/load/options.h"
#include "crema/load/outcome.h"
#include "crema/load/process_usage.h"
#include "crema/load/tally.h"

#include <cstdint>
#include <string>

namespace crema::load {

// The server's use of CPU over a phase, and how long the phase took.
struct PhaseCost {
  std::uint64_t wall_ns = 0;
  CpuUsage cpu;
};

// Everything one run has found out.
struct Measurement {
  PhaseCost connecting;
  PhaseCost holding;
  PhaseCost delivering;
  // Fewer than asked for when the time limit came first.
  std::uint64_t messages = 0;
  std::uint64_t deliveries = 0;
  MemoryUsage memory_before;
  MemoryUsage memory_connected;
  MemoryUsage memory_held;
  MemoryUsage memory_after;
  // What the kernel's share grew by while connecting, both ends together.
  std::int64_t kernel_kb = 0;
  std::uint64_t heartbeats_held = 0;
  Tally tally;
};

// Connects, warms up, measures. Errors: whatever keeps the run from being a fair measurement.
[[nodiscard]] Outcome<Measurement> measure(const Options& options);

}  // namespace crema::load
