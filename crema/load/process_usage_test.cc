#include "crema/load/process_usage.h"

#include <gtest/gtest.h>

#include <ctime>
#include <unistd.h>

namespace crema::load {
namespace {

TEST(ProcessUsage, CountsThisProcessAsItsOwnClockDoes) {
  volatile unsigned sink = 0;
  for (unsigned i = 0; i < 30'000'000; ++i) sink = sink + i;
  const auto usage = read_cpu(getpid());
  timespec own{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &own);
  const auto own_ns = static_cast<std::uint64_t>(own.tv_sec) * 1'000'000'000 +
                      static_cast<std::uint64_t>(own.tv_nsec);
  ASSERT_TRUE(usage.has_value()) << usage.error();
  EXPECT_GT(usage->total_ns, 0u);
  EXPECT_LE(usage->total_ns, own_ns);
  // Two roundings down to a tick of at most 10 ms each.
  EXPECT_LE(usage->user_ns + usage->system_ns, own_ns);
  EXPECT_GE(usage->user_ns + usage->system_ns + 40'000'000, usage->total_ns);
}

TEST(ProcessUsage, SeesMemoryThatWasTouched) {
  const auto before = read_memory(getpid());
  ASSERT_TRUE(before.has_value()) << before.error();
  const std::string touched(8 << 20, 'x');
  const auto after = read_memory(getpid());
  ASSERT_TRUE(after.has_value());
  EXPECT_GE(after->pss_kb, before->pss_kb + 8000) << touched.size();
  EXPECT_GE(after->private_dirty_kb, before->private_dirty_kb + 8000);
}

TEST(ProcessUsage, FailsForAProcessThatIsNotThere) {
  EXPECT_FALSE(read_cpu(0x3ffffffe).has_value());
  EXPECT_FALSE(read_memory(0x3ffffffe).has_value());
}

}  // namespace
}  // namespace crema::load
