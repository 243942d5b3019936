#include "crema/app/publish_command.h"

#include "crema/app/canned_server.h"
#include "crema/app/test_bench.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace crema::app {
namespace {

using ::testing::HasSubstr;

Config bench_with(const TestBench& bench, const std::vector<std::string>& sites) {
  Config config;
  config.bench.value = bench.path();
  config.sites = sites;
  return config;
}

TEST(ChooseSite, GoesFromTheFlagToTheOnlySite) {
  const TestBench bench;
  Config config = bench_with(bench, {"a", "b", "c"});
  bench.write("sites/currentsite.txt", "c\n");
  EXPECT_EQ(choose_site("", config), "c");
  config.default_site = {"b", "FRAPPE_SITE"};
  EXPECT_EQ(choose_site("", config), "b");
  EXPECT_EQ(choose_site("a", config), "a");
  EXPECT_EQ(choose_site("", bench_with(TestBench(), {"only"})), "only");
}

TEST(ChooseSite, ListsTheSitesWhenItCannotChoose) {
  const TestBench bench;
  const auto site = choose_site("", bench_with(bench, {"a", "b"}));
  ASSERT_FALSE(site);
  EXPECT_EQ(to_string(site.error()), "there are several sites; name one with --site: a, b");
}

TEST(ChooseSite, RefusesASiteThatIsNotThere) {
  const TestBench bench;
  EXPECT_EQ(to_string(choose_site("x", bench_with(bench, {"a", "b"})).error()),
            "--site: there is no site x; the sites are: a, b");
  EXPECT_FALSE(choose_site("", bench_with(bench, {})));
}

// A bench whose Redis nobody runs: port 1 is never listened on.
class PublishTest : public ::testing::Test {
 protected:
  PublishTest() {
    bench_.add_site("site1");
    bench_.write("sites/common_site_config.json",
                 R"({"redis_queue": "redis://:pass@127.0.0.1:1"})");
    options_.bench.flag = bench_.path();
    options_.bench.working_directory = "/";
    options_.room = "all";
    options_.event = "x";
    options_.message = "{}";
  }

  void leave_bench() {
    options_.bench.flag.clear();
    options_.bench.environment["XDG_RUNTIME_DIR"] = bench_.path();
    options_.bench.working_directory = "/";
  }

  TestBench bench_;
  PublishOptions options_;
};

TEST_F(PublishTest, NamesTheRedisThatDoesNotAnswer) {
  const Outcome outcome = publish_command(options_);
  EXPECT_EQ(outcome.exit_code, kExitFailure);
  EXPECT_EQ(outcome.err,
            "crema: redis://127.0.0.1:1/0 (redis_queue from sites/common_site_config.json:1): "
            "connection refused\n");
}

TEST_F(PublishTest, RefusesAMessageThatIsNotJson) {
  options_.message = "{\"a\":\n oops}";
  const Outcome outcome = publish_command(options_);
  EXPECT_EQ(outcome.exit_code, kExitUsage);
  EXPECT_THAT(outcome.err, HasSubstr("crema: the message is not JSON: line 2, column 2"));
  leave_bench();
  EXPECT_EQ(publish_command(options_).exit_code, kExitUsage);
}

TEST_F(PublishTest, RefusesABrokenConfiguration) {
  bench_.write("config.json", "{");
  EXPECT_EQ(publish_command(options_).exit_code, kExitUsage);
}

TEST_F(PublishTest, SaysWhatToStartWithoutABenchOrADemo) {
  leave_bench();
  const Outcome outcome = publish_command(options_);
  EXPECT_EQ(outcome.exit_code, kExitFailure);
  EXPECT_EQ(outcome.err,
            "crema: no bench here and no demo running: start one with crema demo, or name a bench "
            "with --bench DIR\n");
}

TEST_F(PublishTest, KnowsTheOnlySiteOfTheDemo) {
  leave_bench();
  options_.site = "site1";
  EXPECT_EQ(publish_command(options_).exit_code, kExitUsage);
  options_.site = "demo.localhost";
  EXPECT_EQ(publish_command(options_).exit_code, kExitFailure);
}

TEST_F(PublishTest, PublishesToTheBenchAsFrappeDoes) {
  const std::string path = bench_.path() + "/redis.sock";
  bench_.write("sites/common_site_config.json", "{\"redis_queue\": \"unix://" + path + "\"}");
  CannedServer redis(path, "}\r\n", ":1\r\n");
  const Outcome outcome = publish_command(options_);
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(outcome.out, "published x to all on site1 by Redis (1 subscriber)\n");
  EXPECT_EQ(outcome.exit_code, kExitClean);
  EXPECT_THAT(redis.received(),
              HasSubstr("PUBLISH\r\n$6\r\nevents\r\n$59\r\n"
                        R"({"event":"x","message":{},"namespace":"site1","room":"all"})"));
}

TEST_F(PublishTest, WarnsWhenNobodySubscribes) {
  const std::string path = bench_.path() + "/redis.sock";
  bench_.write("sites/common_site_config.json", "{\"redis_queue\": \"unix://" + path + "\"}");
  CannedServer redis(path, "}\r\n", ":0\r\n");
  const Outcome outcome = publish_command(options_);
  EXPECT_EQ(outcome.out, "published x to all on site1 by Redis (0 subscribers)\n");
  EXPECT_THAT(outcome.err, HasSubstr("crema: nobody subscribes"));
  EXPECT_EQ(outcome.exit_code, kExitClean);
}

TEST_F(PublishTest, PublishesToTheRunningDemo) {
  leave_bench();
  CannedServer demo(bench_.path() + "/crema-demo.sock", "}",
                    "HTTP/1.1 200 OK\r\nContent-Length: 23\r\n\r\n{\"ok\":true,\"sockets\":2}");
  const Outcome outcome = publish_command(options_);
  EXPECT_EQ(outcome.out, "published x to all (2 sockets)\n");
  EXPECT_EQ(outcome.exit_code, kExitClean);
  EXPECT_THAT(demo.received(), HasSubstr("POST /api/publish HTTP/1.1\r\n"));
  EXPECT_THAT(demo.received(), HasSubstr(R"("namespace":"demo.localhost","room":"all"})"));
}

TEST_F(PublishTest, SaysWhyTheDemoRefused) {
  leave_bench();
  CannedServer demo(bench_.path() + "/crema-demo.sock", "}",
                    "HTTP/1.1 400 Bad\r\nContent-Length: 22\r\n\r\n{\"ok\":false,\"error\":\"\"}");
  const Outcome refused = publish_command(options_);
  EXPECT_EQ(refused.exit_code, kExitFailure);
  EXPECT_THAT(refused.err, HasSubstr("the demo refused it with status 400"));
}

}  // namespace
}  // namespace crema::app
