#include "crema/app/stats_command.h"

#include "crema/app/canned_server.h"
#include "crema/app/test_bench.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crema::app {
namespace {

TEST(StatsTable, AlignsWhatIsNotZero) {
  EXPECT_EQ(stats_table("# HELP crema_sockets Sockets.\n"
                        "# TYPE crema_sockets gauge\n"
                        "crema_sockets 12\n"
                        "crema_rejected_total{reason=\"bad origin\"} 3\n"
                        "crema_rooms 0\n"),
            "sockets                              12\n"
            "rejected_total{reason=\"bad origin\"}   3\n");
}

TEST(StatsTable, SaysWhenThereIsNothingToShow) {
  EXPECT_EQ(stats_table(""), "every counter is 0\n");
  EXPECT_EQ(stats_table("crema_rooms 0"), "every counter is 0\n");
}

TEST(StatsCommand, SaysWhichCremaDoesNotRun) {
  const TestBench bench;
  BenchQuery query{.flag = bench.path(), .working_directory = bench.path()};
  const Outcome in_bench = stats_command({query});
  EXPECT_EQ(in_bench.exit_code, kExitFailure);
  EXPECT_EQ(in_bench.err,
            "crema: no crema runs in " + bench.path() +
                " (nobody listens on config/crema.sock): start one with crema serve\n");

  query.flag.clear();
  query.environment["XDG_RUNTIME_DIR"] = bench.path();
  const Outcome outside = stats_command({query});
  EXPECT_EQ(outside.exit_code, kExitFailure);
  EXPECT_EQ(outside.err,
            "crema: no bench here and no demo running: start one with crema demo, or name a bench "
            "with --bench DIR\n");
}

TEST(StatsCommand, ShowsWhatTheBenchsCremaCounts) {
  const TestBench bench;
  bench.write("config/x", "");
  CannedServer crema(bench.path() + "/config/crema.sock", "\r\n\r\n",
                     "HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\ncrema_rooms 5\n");
  const Outcome outcome = stats_command({{.flag = bench.path(), .working_directory = "/"}});
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(outcome.out, "rooms  5\n");
  EXPECT_THAT(crema.received(), ::testing::StartsWith("GET /metrics HTTP/1.1\r\n"));
}

TEST(StatsCommand, RefusesABenchThatIsNone) {
  const TestBench bench;
  const Outcome outcome =
      stats_command({{.flag = bench.path() + "/sites", .working_directory = bench.path()}});
  EXPECT_EQ(outcome.exit_code, kExitUsage);
}

}  // namespace
}  // namespace crema::app
