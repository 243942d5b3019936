#include "crema/app/reference.h"

#include "crema/app/config_keys.h"
#include "crema/app/limits.h"
#include "crema/base/counter.h"
#include "crema/base/histogram.h"
// What is declared in them is in the registry of whoever links this file.
#include "crema/frappe/counters.h"
#include "crema/redis/counters.h"
#include "crema/server/connection_errors.h"
#include "crema/server/counters.h"
#include "crema/socketio/counters.h"

#include <fmt/format.h>

#include <map>
#include <vector>

namespace crema::app {
namespace {

constexpr std::string_view kGenerated =
    "<!-- Written by `make docs` from the code; a test compares them. -->\n\n";

// A cell of a table; an empty one where there is nothing to say.
std::string code(std::string_view text) {
  return text.empty() ? std::string() : fmt::format("`{}`", text);
}

void append_keys(std::string& page, KeyOwner owner, const Config& defaults) {
  page +=
      "| key | environment | flag | default | what it is | reload |\n|---|---|---|---|---|---|\n";
  for (const ConfigKey& key : config_keys()) {
    if (key.owner != owner) continue;
    page += fmt::format("| {} | {} | {} | {} | {} | {} |\n", code(key.name), code(key.environment),
                        code(key.flag), code(key.show(defaults).value), key.help,
                        key.take ? "yes" : "");
  }
}

struct Family {
  std::string_view help;
  std::string_view kind;
  std::vector<std::string_view> labels;
};

}  // namespace

std::string configuration_page() {
  const Config defaults;
  std::string page = "# Configuration\n\n";
  page += kGenerated;
  page +=
      "None is needed in a bench. Later sources win: the defaults, `<bench>/config.json`,\n"
      "`<bench>/sites/common_site_config.json`, the environment, the flags of `crema serve`.\n"
      "`crema config` shows every value with its source, `crema check` every mistake. A key that\n"
      "there is not gets a warning with the nearest name.\n\n"
      "SIGHUP and `crema reload` read all of them again. A key with \"yes\" is taken over at "
      "once,\n"
      "for connections and sessions that come from then on; the log names those that have changed\n"
      "and wait for the next start.\n\n"
      "Times are seconds, or `1500ms`, `40s`, `2m`. Sizes are bytes, or `64k`, `1m`.\n\n"
      "## Frappe's keys\n\nAt the top of the file, as Frappe and bench write them. A value that "
      "is\n"
      "false, 0 or empty counts as none.\n\n";
  append_keys(page, KeyOwner::kFrappe, defaults);
  page +=
      "\n`FRAPPE_BENCH_ROOT` names the bench in place of `--bench`.\n\n## Crema's own\n\n"
      "Members of one object, for example `\"crema\": {\"shards\": 2}`.\n\n";
  append_keys(page, KeyOwner::kCrema, defaults);
  return page;
}

std::string limits_page() {
  std::string page = "# Limits\n\n";
  page += kGenerated;
  page +=
      "Every bound, its default, the key that changes it, the series of `/metrics` that counts\n"
      "what met it, and what happens then. A bound without a key is fixed; one without a series\n"
      "only paces. `GET /info` on the admin socket shows the values in force.\n";
  for (const LimitGroup& group : default_limits()) {
    page += fmt::format("\n## {}\n\n", group.title);
    page += "| bound | default | key | counted in | outcome |\n|---|---|---|---|---|\n";
    for (const Limit& limit : group.limits) {
      page += fmt::format("| {} | {} | {} | {} | {} |\n", code(limit.name), limit.value,
                          code(limit.key), code(limit.counter), limit.outcome);
    }
  }
  return page;
}

std::string metrics_page() {
  std::string page = "# Metrics\n\n";
  page += kGenerated;
  page +=
      "`GET /metrics` on the admin socket, in Prometheus' text format; `crema stats` for people.\n"
      "Every thread adds to its own cells, a scrape sums them. Beside these,\n"
      "`crema_heap_bytes{state=\"used\"|\"free\"}` is what the allocator holds,\n"
      "`crema_build_info{version}` is 1, `crema_loop_lag_seconds{shard}` how long each shard's\n"
      "loop took to answer this very scrape, and `crema_send_queue_bytes` what waits just then\n"
      "for clients to take it. Histograms have buckets from 50 µs to 10 s; a broadcast costs one\n"
      "look at the clock, its receivers none.\n\n"
      "| name | kind | what it counts | labels |\n|---|---|---|---|\n";
  std::map<std::string_view, Family> families;
  for (const base::MetricSample& sample : base::collect_metrics()) {
    if (sample.name.find("_test_") != std::string_view::npos) continue;
    Family& family = families[sample.name];
    family.help = sample.help;
    family.kind = sample.kind == base::MetricKind::kCounter ? "counter" : "gauge";
    if (!sample.labels.empty()) family.labels.push_back(sample.labels);
  }
  for (const base::Histogram* histogram : base::collect_histograms()) {
    if (histogram->name().find("_test_") != std::string_view::npos) continue;
    Family& family = families[histogram->name()];
    family.help = histogram->help();
    family.kind = "histogram";
    if (!histogram->labels().empty()) family.labels.push_back(histogram->labels());
  }
  for (const auto& [name, family] : families) {
    std::string labels;
    for (const std::string_view label : family.labels) {
      labels.append(labels.empty() ? "" : "<br>").append(code(label));
    }
    page += fmt::format("| {} | {} | {} | {} |\n", code(name), family.kind, family.help, labels);
  }
  return page;
}

}  // namespace crema::app
