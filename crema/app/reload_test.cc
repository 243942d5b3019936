#include "crema/app/reload.h"

#include "crema/app/config_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace crema::app {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::Not;

class ReloadTest : public testing::Test {
 protected:
  ReloadTest() {
    log::set_sink([this](log::Level, std::string_view line) { lines_.emplace_back(line); });
  }
  ~ReloadTest() override {
    log::set_sink({});
    log::configure(log::Level::kInfo, log::Format::kLogfmt);
  }

  bool reload() {
    return reload_config(running_, [this] { return LoadedConfig{next_, problems_}; });
  }

  Config running_;
  Config next_;
  Problems problems_;
  std::vector<std::string> lines_;
};

TEST_F(ReloadTest, TakesOverBoundsAndNamesThem) {
  next_.connections_max = {5, "a file"};
  next_.ping_interval = {7s, "a file"};
  next_.log_level = {log::Level::kDebug, "a file"};
  EXPECT_TRUE(reload());
  EXPECT_EQ(running_.connections_max.value, 5U);
  EXPECT_EQ(running_.connections_max.source, "a file");
  EXPECT_EQ(running_.ping_interval.value, 7s);
  EXPECT_TRUE(log::enabled(log::Level::kDebug));
  EXPECT_THAT(lines_, Contains(AllOf(HasSubstr("a setting has changed"),
                                     HasSubstr("crema.connections_max"), HasSubstr("value=5"))));
  EXPECT_THAT(lines_, Each(Not(HasSubstr("wait for the next start"))));
}

TEST_F(ReloadTest, NamesEachSettingThatWaitsForTheNextStart) {
  next_.shards = {2, "a file"};
  next_.web_url = {"http://elsewhere", "a file"};
  for (int i = 0; i < 2; ++i) {
    lines_.clear();
    next_.idle_timeout.value += 1s;  // So that the warning is not one that was just given.
    EXPECT_TRUE(reload());
    EXPECT_EQ(running_.shards.value, 1U);
    EXPECT_EQ(running_.web_url.value, "");
    EXPECT_THAT(lines_, Each(Not(HasSubstr("name=crema.shards"))));
    if (i == 0) {
      EXPECT_THAT(lines_, Contains(AllOf(HasSubstr("wait for the next start"),
                                         HasSubstr("crema.shards,crema.web_url"))));
    }
  }
}

TEST_F(ReloadTest, OfNothingChangesNothing) {
  EXPECT_FALSE(reload());
  EXPECT_THAT(lines_, Contains(HasSubstr("the configuration was read again")));
}

TEST_F(ReloadTest, WithErrorsChangesNothing) {
  next_.connections_max.value = 5;
  problems_.push_back({.where = "a file", .line = 3, .what = "no JSON"});
  EXPECT_FALSE(reload());
  EXPECT_EQ(running_.connections_max.value, 0U);
  EXPECT_THAT(lines_, Contains(HasSubstr("nothing is taken over")));
}

// Whatever docs/operating/limits.md says can be configured can be so without a restart.
TEST_F(ReloadTest, TakesOverEveryBound) {
  for (const ConfigKey& key : config_keys()) {
    const bool is_bound = key.name.ends_with("_max") && !key.name.starts_with("handler_");
    if (is_bound) {
      EXPECT_NE(key.take, nullptr) << key.name;
    }
  }
}

}  // namespace
}  // namespace crema::app
