#include "crema/app/config_view.h"

#include "crema/app/config_commands.h"
#include "crema/app/config_keys.h"
#include "crema/app/config_show.h"
#include "crema/app/test_bench.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace crema::app {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

ConfigQuery query_of(const TestBench& bench) {
  return {.bench = {.flag = bench.path(), .working_directory = "/"}};
}

TEST(ConfigKeys, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const ConfigKey& key : config_keys()) {
    EXPECT_TRUE(names.insert(key.name).second) << key.name;
    if (!key.environment.empty()) {
      EXPECT_TRUE(names.insert(key.environment).second);
    }
    if (!key.flag.empty()) {
      EXPECT_TRUE(names.insert(key.flag).second);
    }
    EXPECT_FALSE(key.help.empty());
    EXPECT_EQ(find_key(key.owner, key.name), &key);
  }
  EXPECT_EQ(find_key(KeyOwner::kFrappe, "shards"), nullptr);
}

TEST(EffectiveSettings, HideSecrets) {
  const TestBench bench;
  bench.write("sites/common_site_config.json",
              R"({"redis_queue": "redis://u:pass@h:1/2", "redis_cache": "redis://:pass@h",
                  "crema": {"admin_token": "pass567890123456"}})");
  const Outcome outcome = config_command(query_of(bench));
  EXPECT_EQ(outcome.exit_code, kExitClean);
  EXPECT_THAT(outcome.out, Not(HasSubstr("pass")));
  EXPECT_THAT(outcome.out, HasSubstr("redis://u:***@h:1/2"));
  EXPECT_THAT(outcome.out, HasSubstr("redis://:***@h"));
}

TEST(ConfigCommand, ShowsEveryKeyWithItsSource) {
  const TestBench bench;
  bench.add_site("site1");
  bench.write("sites/common_site_config.json", R"({"socketio_port": 9001})");
  const Outcome outcome = config_command(query_of(bench));
  for (const ConfigKey& key : config_keys()) EXPECT_THAT(outcome.out, HasSubstr(full_name(key)));
  EXPECT_THAT(outcome.out, ContainsRegex("socketio_port +9001 +sites/common_site_config.json:1\n"));
  EXPECT_THAT(outcome.out, ContainsRegex("crema.auth_wait +40s +default\n"));
  EXPECT_THAT(outcome.out, ContainsRegex("upstream +127.0.0.1:8000 +default\n"));
  EXPECT_THAT(outcome.out, ContainsRegex("sites +site1 +sites/\n"));
}

TEST(CheckCommand, SaysThatAllIsWell) {
  const TestBench bench;
  bench.add_site("site1");
  const Outcome outcome = check_command(query_of(bench));
  EXPECT_EQ(outcome.exit_code, kExitClean);
  EXPECT_EQ(outcome.out, bench.path() + ": no problems (1 site)\n");
  EXPECT_EQ(outcome.err, "");
}

TEST(CheckCommand, FailsOnErrorsOnly) {
  const TestBench bench;
  EXPECT_EQ(check_command(query_of(bench)).exit_code, kExitClean);
  EXPECT_THAT(check_command(query_of(bench)).err, HasSubstr("warning: "));
  bench.write("config.json", "{");
  bench.write("sites/common_site_config.json", R"({"socketio_port": "x"})");
  const Outcome outcome = check_command(query_of(bench));
  EXPECT_EQ(outcome.exit_code, kExitUsage);
  EXPECT_THAT(outcome.err, HasSubstr("error: " + bench.path() + "/config.json:1:"));
  EXPECT_THAT(outcome.err, HasSubstr("common_site_config.json:1: socketio_port is not"));
}

TEST(RedactUrl, HidesOnlyThePassword) {
  EXPECT_EQ(redact_url("redis://localhost:6379"), "redis://localhost:6379");
  EXPECT_EQ(redact_url("redis://user@h"), "redis://user@h");
  EXPECT_EQ(redact_url("redis://user:p@ss@h:1"), "redis://user:***@h:1");
  EXPECT_EQ(redact_url("unix:///run/a.sock"), "unix:///run/a.sock");
}

}  // namespace
}  // namespace crema::app
