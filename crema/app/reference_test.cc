#include "crema/app/reference.h"

#include "crema/app/config.h"
#include "crema/app/config_keys.h"
#include "crema/app/limits.h"
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
  for (const LimitGroup& group : default_limits()) {
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
  apphost::count_restart("chat");
  std::set<std::string> series;
  for (const base::MetricSample& sample : base::collect_metrics()) {
    std::string name(sample.name);
    if (name == "crema_host_restarts_total") series.insert(name);  // Its label is an app's name.
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

// Which of a header's names may be bounds: a config.h declares members that are.
enum class Names : uint8_t { kConstants, kConstantsAndMembers };

bool is_bound(std::string_view name, Names names) {
  const auto ends_with_any = [name](std::initializer_list<std::string_view> ends) {
    return std::ranges::any_of(ends, [name](auto end) { return name.ends_with(end); });
  };
  const bool is_constant = name.size() > 1 && name.front() == 'k' &&
                           std::isupper(static_cast<unsigned char>(name[1])) != 0;
  if (is_constant) return ends_with_any({"Max", "Fatal", "PerSecond", "PerTurn"});
  return names == Names::kConstantsAndMembers && ends_with_any({"_max", "_timeout", "_ttl"});
}

std::string without_comments(std::string text) {
  for (size_t from = 0; (from = text.find("//", from)) != std::string::npos;) {
    text.erase(from, text.find('\n', from) - from);
  }
  return text;
}

// The names of the bounds that a header declares. Without <regex>, of which g++ 12 says under ASan
// that it may be uninitialised.
std::set<std::string> bounds_in(std::string_view text, Names names) {
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
    if (is_bound(name, names)) found.emplace(name);
  }
}

// Constants of whose names nothing that comes from outside can be too large.
const std::set<std::string> kOfOurOwn = {
    "kServerHeaderMax", "kClientHeaderMax",  // what a frame's header has
    "kKeptMax",                              // nodes kept for reuse
    "kMadeIdBytesMax",                       // ids that a program makes: the library's
};

// `/info` has them as members of one object.
TEST(Limits, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const Limit& limit : all_limits())
    EXPECT_TRUE(names.insert(limit.name).second) << limit.name;
}

// A name alone is that of one layer's bound; those of others say their layer:
// "hostwire::kRoomsMax".
TEST(Limits, NameEveryBoundOfTheLayers) {
  std::set<std::string> named;
  for (const Limit& limit : all_limits()) named.emplace(limit.name);
  for (const std::string layer : {"apphost", "engineio", "frappe", "hostwire", "http", "json",
                                  "net", "redis", "resp", "server", "socketio", "websocket"}) {
    size_t found = 0;
    for (const auto& file : fs::directory_iterator(kSource / "crema" / layer)) {
      if (file.path().extension() != ".h") continue;
      const bool is_config = file.path().filename() == "config.h";
      for (const std::string& bound :
           bounds_in(without_comments(read(file)),
                     is_config ? Names::kConstantsAndMembers : Names::kConstants)) {
        if (kOfOurOwn.contains(bound)) continue;
        ++found;
        EXPECT_TRUE(named.erase(layer + "::" + bound) != 0 || named.erase(bound) != 0)
            << file.path() << " has " << bound << "; see crema/app/limits.cc";
      }
    }
    EXPECT_NE(found, 0U) << layer;
  }
}

TEST(Limits, NameEveryBoundOfTheConfiguration) {
  std::set<std::string> keys;
  for (const Limit& limit : all_limits()) keys.emplace(limit.key);
  for (const ConfigKey& key : config_keys()) {
    const std::string name(key.name);
    if (!is_bound(name, Names::kConstantsAndMembers)) continue;
    EXPECT_TRUE(keys.contains(name)) << name << " is a bound; add it to crema/app/limits.cc";
  }
}

}  // namespace
}  // namespace crema::app
