#include "crema/load/process_usage.h"

#include <fmt/format.h>

#include <ctime>
#include <fstream>
#include <sstream>
#include <string>
#include <unistd.h>

namespace crema::load {
namespace {

constexpr std::uint64_t kNanosecondsPerSecond = 1'000'000'000;

Outcome<std::string> read_whole(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file || text.str().empty()) return tl::unexpected("cannot read " + path);
  return text.str();
}

Outcome<std::string> read_proc_file(pid_t pid, const char* name) {
  return read_whole(fmt::format("/proc/{}/{}", pid, name));
}

Outcome<std::uint64_t> exact_total(pid_t pid) {
  clockid_t clock{};
  if (clock_getcpuclockid(pid, &clock) != 0) {
    return tl::unexpected(fmt::format("process {} has no CPU clock", pid));
  }
  timespec time{};
  if (clock_gettime(clock, &time) != 0) return system_failure("reading the server's CPU clock");
  return static_cast<std::uint64_t>(time.tv_sec) * kNanosecondsPerSecond +
         static_cast<std::uint64_t>(time.tv_nsec);
}

std::uint64_t kilobytes_of(const std::string& text, const std::string& key) {
  const auto at = text.find("\n" + key + ":");
  return at == std::string::npos ? 0 : std::stoull(text.substr(at + key.size() + 2));
}

}  // namespace

Outcome<CpuUsage> read_cpu(pid_t pid) {
  const auto total = exact_total(pid);
  if (!total) return tl::unexpected(total.error());
  const auto stat = read_proc_file(pid, "stat");
  if (!stat) return tl::unexpected(stat.error());

  // The command's name, in parentheses, may hold anything: fields are counted from behind it.
  // utime and stime are fields 14 and 15 of proc(5), the 12th and 13th after the name.
  std::istringstream fields(stat->substr(stat->rfind(')') + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  std::uint64_t user_ticks = 0;
  std::uint64_t system_ticks = 0;
  fields >> user_ticks >> system_ticks;
  const std::uint64_t tick_ns =
      kNanosecondsPerSecond / static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK));
  return CpuUsage{
      .total_ns = *total, .user_ns = user_ticks * tick_ns, .system_ns = system_ticks * tick_ns};
}

Outcome<MemoryUsage> read_memory(pid_t pid) {
  const auto rollup = read_proc_file(pid, "smaps_rollup");
  if (!rollup) return tl::unexpected(rollup.error());
  return MemoryUsage{.pss_kb = kilobytes_of(*rollup, "Pss"),
                     .private_dirty_kb = kilobytes_of(*rollup, "Private_Dirty")};
}

Outcome<std::uint64_t> read_kernel_kb() {
  const auto memory = read_whole("/proc/meminfo");
  if (!memory) return tl::unexpected(memory.error());
  const auto sockets = read_whole("/proc/net/sockstat");
  if (!sockets) return tl::unexpected(sockets.error());
  // `TCP: inuse 5 orphan 0 tw 0 alloc 7 mem 3`, in pages.
  const auto tcp = sockets->find("\nTCP:");
  const auto pages = sockets->find(" mem ", tcp == std::string::npos ? 0 : tcp);
  if (pages == std::string::npos) return tl::unexpected(std::string("no mem in sockstat"));
  const auto page_kb = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) / 1024;
  return kilobytes_of(*memory, "Slab") + std::stoull(sockets->substr(pages + 5)) * page_kb;
}

}  // namespace crema::load
