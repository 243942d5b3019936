#include "bench/load/report.h"

#include <fmt/format.h>

#include <algorithm>

namespace crema::load {
namespace {

double per(std::uint64_t nanoseconds, std::uint64_t count) {
  return static_cast<double>(nanoseconds) / 1000.0 /
         static_cast<double>(std::max<std::uint64_t>(count, 1));
}

std::string phase_json(const PhaseCost& phase) {
  return fmt::format(R"({{"wall_ns":{},"cpu_ns":{},"cpu_user_ns":{},"cpu_system_ns":{}}})",
                     phase.wall_ns, phase.cpu.total_ns, phase.cpu.user_ns, phase.cpu.system_ns);
}

std::string memory_json(const MemoryUsage& memory) {
  return fmt::format(R"({{"pss_kb":{},"private_dirty_kb":{}}})", memory.pss_kb,
                     memory.private_dirty_kb);
}

std::string latency_json(const LatencyHistogram& latency) {
  return fmt::format(
      R"({{"samples":{},"p50_ns":{},"p90_ns":{},"p99_ns":{},"p999_ns":{},"max_ns":{}}})",
      latency.count(), latency.percentile(0.5), latency.percentile(0.9), latency.percentile(0.99),
      latency.percentile(0.999), latency.max());
}

}  // namespace

std::string to_json(const Options& options, const Measurement& measurement) {
  const auto& m = measurement;
  return fmt::format(
      R"({{"connections":{},"burst":{},"messages":{},"deliveries":{},"heartbeats":{},)"
      R"("cpu_us_per_delivery":{:.4f},"cpu_us_per_connection":{:.2f},)"
      R"("connecting":{},"delivering":{},)"
      R"("memory":{{"before":{},"connected":{},"after":{}}},"latency":{}}})",
      options.connections, options.burst, m.messages, m.deliveries, m.tally.heartbeats,
      per(m.delivering.cpu.total_ns, m.deliveries),
      per(m.connecting.cpu.total_ns, options.connections), phase_json(m.connecting),
      phase_json(m.delivering), memory_json(m.memory_before), memory_json(m.memory_connected),
      memory_json(m.memory_after), latency_json(m.tally.latency));
}

}  // namespace crema::load
