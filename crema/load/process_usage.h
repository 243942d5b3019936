#pragma once

#include "crema/load/outcome.h"

#include <cstdint>
#include <sys/types.h>

namespace crema::load {

// What a process has used since it started, all threads together, those that ended included.
struct CpuUsage {
  // The kernel's exact account.
  std::uint64_t total_ns = 0;
  // /proc/<pid>/stat, in steps of one clock tick: good for the split, too coarse for the sum.
  std::uint64_t user_ns = 0;
  std::uint64_t system_ns = 0;
};

// /proc/<pid>/smaps_rollup, in kilobytes.
struct MemoryUsage {
  std::uint64_t pss_kb = 0;
  std::uint64_t private_dirty_kb = 0;
};

// What the kernel holds for sockets and in its own tables, of the whole machine, in kilobytes: both
// ends of every connection to this machine. Source: /proc/meminfo (Slab), /proc/net/sockstat (TCP).
[[nodiscard]] Outcome<std::uint64_t> read_kernel_kb();

// Errors: no such process, or its files cannot be read.
[[nodiscard]] Outcome<CpuUsage> read_cpu(pid_t pid);
[[nodiscard]] Outcome<MemoryUsage> read_memory(pid_t pid);

}  // namespace crema::load
