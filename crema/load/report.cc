#include "crema/load/report.h"

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
  const auto pss = [&m](const MemoryUsage& memory) {
    return static_cast<double>(memory.pss_kb) - static_cast<double>(m.memory_before.pss_kb);
  };
  return fmt::format(
      R"({{"connections":{},"burst":{},"messages":{},"deliveries":{},"heartbeats":{},)"
      R"("cpu_us_per_delivery":{:.4f},"cpu_us_per_connection":{:.2f},)"
      R"("cpu_us_per_heartbeat":{:.2f},"bytes_per_connection":{:.0f},)"
      R"("kernel_bytes_per_connection":{:.0f},)"
      R"("connecting":{},"holding":{},"delivering":{},)"
      R"("memory":{{"before":{},"connected":{},"held":{},"after":{}}},"latency":{}}})",
      options.connections, options.burst, m.messages, m.deliveries, m.tally.heartbeats,
      per(m.delivering.cpu.total_ns, m.deliveries),
      per(m.connecting.cpu.total_ns, options.connections),
      per(m.holding.cpu.total_ns, m.heartbeats_held),
      pss(m.memory_connected) * 1024 / options.connections,
      static_cast<double>(m.kernel_kb) * 1024 / options.connections, phase_json(m.connecting),
      phase_json(m.holding), phase_json(m.delivering), memory_json(m.memory_before),
      memory_json(m.memory_connected), memory_json(m.memory_held), memory_json(m.memory_after),
      latency_json(m.tally.latency));
}

std::string to_text(const Options& options, const Measurement& measurement) {
  const auto& m = measurement;
  const bool sees_server = options.server_pid != 0;
  auto text = fmt::format("connected   {} in {:.2f} s\n", options.connections,
                          static_cast<double>(m.connecting.wall_ns) / 1e9);
  if (sees_server) {
    text += fmt::format("            {:.0f} us CPU each; PSS {:.1f} MB before, {:.1f} MB after\n",
                        per(m.connecting.cpu.total_ns, options.connections),
                        static_cast<double>(m.memory_before.pss_kb) / 1024,
                        static_cast<double>(m.memory_connected.pss_kb) / 1024);
  }
  if (m.deliveries == 0) return text;
  const auto& latency = m.tally.latency;
  const auto ms = [&latency](double share) {
    return static_cast<double>(latency.percentile(share)) / 1e6;
  };
  text += fmt::format("delivered   {} messages, {} deliveries in {:.2f} s\n", m.messages,
                      m.deliveries, static_cast<double>(m.delivering.wall_ns) / 1e9);
  text +=
      fmt::format("latency ms  p50 {:.2f}  p90 {:.2f}  p99 {:.2f}  p99.9 {:.2f}  max {:.2f}\n",
                  ms(0.5), ms(0.9), ms(0.99), ms(0.999), static_cast<double>(latency.max()) / 1e6);
  if (sees_server) {
    text += fmt::format("server      {:.2f} us CPU per delivery\n",
                        per(m.delivering.cpu.total_ns, m.deliveries));
  }
  return text;
}

}  // namespace crema::load
