#include "crema/app/bench.h"

#include "crema/app/test_bench.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crema::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

BenchQuery from(const std::string& directory) { return {.working_directory = directory}; }

TEST(FindBench, TakesTheWorkingDirectoryOrAParent) {
  const TestBench bench;
  bench.add_site("a.localhost");
  for (const char* below : {"", "/sites", "/sites/a.localhost"}) {
    const auto found = find_bench(from(bench.path() + below));
    ASSERT_TRUE(found && *found) << below;
    EXPECT_EQ((*found)->directory, bench.path());
    EXPECT_EQ((*found)->source, "working directory");
  }
}

TEST(FindBench, FindsNoneInAFolderThatOnlyHasSites) {
  const TestBench not_a_bench;
  const auto found = find_bench(from(not_a_bench.path()));
  ASSERT_TRUE(found);
  EXPECT_FALSE(*found);
}

TEST(FindBench, PrefersTheFlagThenTheEnvironment) {
  const TestBench here;
  here.write("sites/common_site_config.json", "{}");
  const TestBench by_flag;
  const TestBench by_environment;
  BenchQuery query = from(here.path());
  query.environment["FRAPPE_BENCH_ROOT"] = by_environment.path();
  EXPECT_EQ((*find_bench(query))->directory, by_environment.path());
  EXPECT_EQ((*find_bench(query))->source, "FRAPPE_BENCH_ROOT");
  query.flag = by_flag.path() + "/";
  EXPECT_EQ((*find_bench(query))->directory, by_flag.path());
  EXPECT_EQ((*find_bench(query))->source, "--bench");
}

TEST(FindBench, TakesARelativeFlagFromTheWorkingDirectory) {
  const TestBench bench;
  BenchQuery query = from(bench.path() + "/sites");
  query.flag = "..";
  EXPECT_EQ((*find_bench(query))->directory, bench.path());
}

TEST(FindBench, RefusesANamedDirectoryThatIsNoBench) {
  const TestBench bench;
  BenchQuery query = from(bench.path());
  query.flag = bench.path() + "/sites";
  const auto no_sites = find_bench(query);
  ASSERT_FALSE(no_sites);
  EXPECT_THAT(to_string(no_sites.error()), HasSubstr("--bench: "));
  EXPECT_THAT(to_string(no_sites.error()), HasSubstr("has no sites/ in it; name the directory"));
  query.flag = bench.path() + "/nowhere";
  EXPECT_THAT(to_string(find_bench(query).error()), HasSubstr("does not exist"));
}

TEST(RequireBench, SaysWhatToDoWithoutOne) {
  const TestBench not_a_bench;
  const auto found = require_bench(from(not_a_bench.path()));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().what, "no bench in " + not_a_bench.path() + " or above it");
  EXPECT_THAT(found.error().cure, HasSubstr("--bench DIR"));
}

TEST(ListSites, NamesTheFoldersWithASiteConfig) {
  const TestBench bench;
  bench.add_site("b.localhost");
  bench.add_site("a.localhost");
  bench.write("sites/assets/x.js", "");
  EXPECT_THAT(list_sites(bench.path()), ElementsAre("a.localhost", "b.localhost"));
  EXPECT_THAT(list_sites("/nonexistent"), ElementsAre());
}

TEST(CurrentSite, IsTheTextWithoutWhiteSpace) {
  const TestBench bench;
  EXPECT_EQ(current_site(bench.path()), "");
  bench.write("sites/currentsite.txt", " a.localhost\n");
  EXPECT_EQ(current_site(bench.path()), "a.localhost");
}

}  // namespace
}  // namespace crema::app
