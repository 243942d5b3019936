#include "crema/app/config.h"
#include "crema/app/config_file.h"
#include "crema/app/config_keys.h"
#include "crema/app/config_show.h"
#include "crema/app/frappe_version.h"
#include "crema/app/nearest.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace crema::app {
namespace {

// The value that wins for each key, in the order in which keys are shown.
using Winners = std::map<const ConfigKey*, RawValue>;

constexpr std::string_view kOurPrefix = "CREMA_";

void add_file(const Bench& bench, const std::string& name, Winners& winners, Problems& problems) {
  ConfigFile file = read_config_file(bench.directory, name);
  for (auto& [key, raw] : file.values) winners[key] = std::move(raw);
  for (Problem& problem : file.problems) problems.push_back(std::move(problem));
}

RawValue raw_text(std::vector<std::string> items, std::string_view source) {
  RawValue raw;
  raw.kind = items.size() == 1 ? RawKind::kText : RawKind::kList;
  raw.items = std::move(items);
  raw.source = source;
  raw.place.where = source;
  return raw;
}

void add_environment(const Environment& environment, Winners& winners) {
  for (const ConfigKey& key : config_keys()) {
    if (key.environment.empty()) continue;
    const std::string_view value = get(environment, key.environment);
    if (!value.empty()) winners[&key] = raw_text({std::string(value)}, key.environment);
  }
}

void warn_about_unknown_variables(const Environment& environment, Problems& problems) {
  std::vector<std::string_view> known;
  for (const ConfigKey& key : config_keys()) {
    if (key.environment.starts_with(kOurPrefix)) known.push_back(key.environment);
  }
  for (const auto& [name, value] : environment) {
    if (!name.starts_with(kOurPrefix)) continue;
    if (std::ranges::find(known, name) != known.end()) continue;
    problems.push_back({.severity = Severity::kWarning,
                        .where = name,
                        .what = "is not a variable that Crema reads",
                        .cure = fmt::format("the nearest is {}", nearest_name(name, known))});
  }
}

void add_flags(const std::vector<Flag>& flags, Winners& winners) {
  for (const Flag& flag : flags) {
    for (const ConfigKey& key : config_keys()) {
      if (key.name == flag.key && !flag.values.empty())
        winners[&key] = raw_text(flag.values, key.flag);
    }
  }
}

void apply_winners(const Winners& winners, LoadedConfig& loaded) {
  for (const ConfigKey& key : config_keys()) {
    const auto winner = winners.find(&key);
    if (winner == winners.end()) continue;
    const auto applied = key.apply(loaded.config, winner->second);
    if (applied) continue;
    Problem problem = winner->second.place;
    // A flag or a variable names itself already.
    const bool in_file = problem.where != winner->second.source;
    problem.what = (in_file ? full_name(key) + ' ' : std::string()) + applied.error().what;
    problem.cure = applied.error().cure;
    loaded.problems.push_back(std::move(problem));
  }
}

// A port that was asked for on the command line is meant, whatever the bench's files listen on.
void prefer_port_flag(Config& config) {
  if (config.socketio_port.source == "--port") config.socketio_uds = {};
}

// Source: frappe-realtime 2.2: webserver_host counts only beside webserver_port.
void work_out_upstream(LoadedConfig& loaded) {
  Config& config = loaded.config;
  const auto set = [&](std::string_view url, const std::string& source, std::string_view name) {
    auto address = parse_web_url(url, name == "crema.web_url" ? 80 : config.webserver_port.value);
    if (address) {
      config.upstream = {std::move(*address), source};
    } else {
      loaded.problems.push_back({.where = source,
                                 .what = fmt::format("{} {}", name, address.error()),
                                 .cure = "give a host name or address, for example 127.0.0.1"});
    }
  };
  if (!config.web_url.value.empty()) {
    return set(config.web_url.value, config.web_url.source, "crema.web_url");
  }
  const bool has_port = !config.webserver_port.is_default();
  if (!config.webserver_host.value.empty() && has_port) {
    return set(config.webserver_host.value, config.webserver_host.source, "webserver_host");
  }
  if (!config.webserver_host.value.empty()) {
    loaded.problems.push_back({.severity = Severity::kWarning,
                               .where = config.webserver_host.source,
                               .what = "webserver_host has no effect without webserver_port",
                               .cure = "set webserver_port too"});
  }
  config.upstream = {{"127.0.0.1", config.webserver_port.value},
                     has_port ? "webserver_port, " + config.webserver_port.source : "default"};
}

// Source: frappe-realtime 0.1, 12.
void work_out_dialect(LoadedConfig& loaded) {
  Config& config = loaded.config;
  if (config.frappe_version.value != FrappeDialect::kAuto) {
    config.dialect = {config.frappe_version.value,
                      "crema.frappe_version, " + config.frappe_version.source};
    return;
  }
  const auto found = find_frappe_version(config.bench.value);
  if (!found) {
    config.dialect = {FrappeDialect::kAuto, "the web process's first answer decides"};
    return;
  }
  config.dialect = {found->major == 15 ? FrappeDialect::k15 : FrappeDialect::k16,
                    fmt::format("{} says {}", found->source, found->text)};
  if (found->major >= 15) return;
  loaded.problems.push_back(
      {.where = config.bench.value + '/' + found->source,
       .what = fmt::format("Frappe {} is older than what Crema serves", found->text),
       .cure = "use Frappe 15 or later, or set crema.frappe_version if the file is wrong"});
}

// Where nobody said otherwise. Source: spec/operations.md; frappe-realtime 2.2.
void work_out_hosts(Config& config, const std::string& container) {
  if (!config.host.is_default()) return;
  if (!container.empty()) {
    config.host = {{std::string(kEveryInterface)}, "default in a container, " + container};
  } else if (config.developer_mode.value) {
    config.host = {{std::string(kEveryInterface)},
                   "default in developer_mode, " + config.developer_mode.source};
  }
}

void check_admin(LoadedConfig& loaded) {
  const Config& config = loaded.config;
  if (config.admin.value.port == 0 || !config.admin_token.value.empty()) return;
  loaded.problems.push_back({.where = config.admin.source,
                             .what = "the admin endpoints over TCP need a token",
                             .cure = "set CREMA_ADMIN_TOKEN to 16 or more characters"});
}

void check_origins(const Winners& winners, LoadedConfig& loaded) {
  for (const auto& [key, raw] : winners) {
    if (key->name != "allow_cors" || std::ranges::find(raw.items, "*") == raw.items.end()) continue;
    Problem problem = raw.place;
    problem.severity = Severity::kWarning;
    problem.what = "allow_cors * is ignored: it would let every page act for its visitors";
    problem.cure = "name the origins, for example https://app.example.com";
    loaded.problems.push_back(std::move(problem));
  }
}

void check_sites(LoadedConfig& loaded) {
  const Config& config = loaded.config;
  const std::string& site = config.default_site.value;
  if (config.sites.empty()) {
    loaded.problems.push_back({.severity = Severity::kWarning,
                               .where = config.bench.value + "/sites",
                               .what = "has no site",
                               .cure = "make one with bench new-site; nobody can connect before"});
  } else if (!site.empty() && std::ranges::find(config.sites, site) == config.sites.end()) {
    loaded.problems.push_back({.severity = Severity::kWarning,
                               .where = config.default_site.source,
                               .what = fmt::format("default_site {} is no folder in sites/", site),
                               .cure = "the sites are: " + show(config.sites)});
  }
}

}  // namespace

LoadedConfig load_config(const ConfigQuery& query) {
  LoadedConfig loaded;
  const auto bench = require_bench(query.bench);
  if (!bench) {
    loaded.problems.push_back(bench.error());
    return loaded;
  }
  loaded.config.bench = {bench->directory, bench->source};
  loaded.config.sites = list_sites(bench->directory);

  Winners winners;
  add_file(*bench, "config.json", winners, loaded.problems);
  add_file(*bench, "sites/common_site_config.json", winners, loaded.problems);
  add_environment(query.bench.environment, winners);
  warn_about_unknown_variables(query.bench.environment, loaded.problems);
  add_flags(query.flags, winners);

  apply_winners(winners, loaded);
  prefer_port_flag(loaded.config);
  work_out_upstream(loaded);
  work_out_dialect(loaded);
  work_out_hosts(loaded.config, query.container);
  check_admin(loaded);
  check_origins(winners, loaded);
  check_sites(loaded);
  return loaded;
}

}  // namespace crema::app
