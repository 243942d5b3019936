#include "crema/app/reference.h"

#include "crema/app/config.h"
#include "crema/app/config_keys.h"
#include "crema/app/limits.h"
#include "crema/app/server_options.h"
#include "crema/apphost/counters.h"
#include "crema/apphost/restart_counters.h"
#include "crema/base/counter.h"
#include "crema/server/connection_errors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

namespace crema::app {
namespace {

namespace fs = std::filesystem;

const fs::path kSource = CREMA_SOURCE_DIR;

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void compare(const std::string& name, const std::string& page) {
  const fs::path path = kSource / "docs/operating" / name;
  if (std::getenv("CREMA_WRITE_DOCS")) std::ofstream(path, std::ios::binary) << page;
  EXPECT_EQ(read(path), page) << name << " is not what the code says: run make docs";
}

std::vector<Limit> all_limits() {
  std::vector<Limit> all;
  for (const LimitGroup& group : limits_of(server_options(Config{}), frappe::Config{})) {
    all.insert(all.end(), group.limits.begin(), group.limits.end());
  }
  return all;
}

TEST(Reference, ConfigurationPageIsCurrent) { compare("configuration.md", configuration_page()); }
TEST(Reference, LimitsPageIsCurrent) { compare("limits.md", limits_page()); }

// A series is there when its object is linked, which a program of tests does by what it calls.
TEST(Reference, MetricsPageIsCurrent) {
  server::count(transport::Refusal::kTransportUnknown);
  apphost::count_restart("chat");
  apphost::kEventsDropped.add(0);
  compare("metrics.md", metrics_page());
}

TEST(Limits, EachIsCountedInASeriesThatThereIs) {
  std::set<std::string> series;
  for (const base::MetricSample& sample : base::collect_metrics()) {
    std::string name(sample.name);
    if (!sample.labels.empty()) name.append("{").append(sample.labels).append("}");
    series.insert(std::move(name));
  }
  for (const Limit& limit : all_limits()) {
    if (limit.counter.empty()) continue;
    EXPECT_TRUE(series.contains(std::string(limit.counter))) << limit.name << ": " << limit.counter;
  }
}

TEST(Limits, EachKeyIsOneOfTheConfiguration) {
  for (const Limit& limit : all_limits()) {
    if (limit.key.empty()) continue;
    EXPECT_NE(find_key(KeyOwner::kCrema, limit.key), nullptr) << limit.name;
  }
}

// The page would go stale without a word when a layer gets another bound.
bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// The names of what a config.h declares, those that are bounds. Without <regex>, of which g++ 12
// says under ASan that it may be uninitialised.
std::set<std::string> bounds_in(std::string_view text) {
  std::set<std::string> found;
  while (true) {
    const auto from = std::ranges::find_if(text, is_word);
    const auto to = std::find_if_not(from, text.end(), is_word);
    if (from == text.end()) return found;
    const std::string_view name(from, to);
    text.remove_prefix(static_cast<size_t>(to - text.begin()));
    const size_t next = text.find_first_not_of(' ');
    if (next == std::string_view::npos ||
        std::string_view("={;").find(text[next]) == std::string_view::npos)
      continue;
    const bool is_constant = name.starts_with('k') && name.ends_with("Max");
    if (is_constant || name.ends_with("_max") || name.ends_with("_timeout") ||
        name.ends_with("_ttl")) {
      found.emplace(name);
    }
  }
}

TEST(Limits, NameEveryBoundOfTheLayers) {
  std::set<std::string> named;
  for (const Limit& limit : all_limits()) named.emplace(limit.name);
  for (const char* layer :
       {"engineio", "frappe", "http", "json", "redis", "resp", "server", "socketio"}) {
    const std::string text = read(kSource / "crema" / layer / "config.h");
    ASSERT_FALSE(text.empty()) << layer;
    const std::set<std::string> bounds = bounds_in(text);
    EXPECT_FALSE(bounds.empty()) << layer;
    for (const std::string& bound : bounds) {
      EXPECT_TRUE(named.contains(bound))
          << layer << "/config.h has " << bound << "; add it to crema/app/limits.cc";
    }
  }
}

}  // namespace
}  // namespace crema::app
