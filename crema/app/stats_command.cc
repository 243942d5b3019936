#include "crema/app/stats_command.h"

#include "crema/app/admin_client.h"
#include "crema/app/admin_socket.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace crema::app {
namespace {

struct Row {
  std::string_view series;
  std::string_view value;
};

std::vector<Row> rows_of(std::string_view metrics) {
  constexpr std::string_view kPrefix = "crema_";
  std::vector<Row> rows;
  while (!metrics.empty()) {
    const size_t end = std::min(metrics.find('\n'), metrics.size());
    std::string_view line = metrics.substr(0, end);
    metrics.remove_prefix(std::min(end + 1, metrics.size()));
    const size_t space = line.rfind(' ');
    if (line.starts_with('#') || space == std::string_view::npos) continue;
    Row row{line.substr(0, space), line.substr(space + 1)};
    if (row.series.starts_with(kPrefix)) row.series.remove_prefix(kPrefix.size());
    const bool is_bucket = row.series.find("_bucket{") != std::string_view::npos;
    if (row.value != "0" && !is_bucket) rows.push_back(row);
  }
  return rows;
}

// The socket to ask, and what to say when nobody is there.
struct Running {
  AdminSocket socket;
  std::string nobody;
};

base::Result<Running, Problem> find_running(const BenchQuery& query) {
  const auto bench = find_bench(query);
  if (!bench) return base::fail(bench.error());
  if (*bench) {
    const std::string& directory = (*bench)->directory;
    return Running{bench_admin_socket(directory),
                   "no crema runs in " + directory +
                       " (nobody listens on config/crema.sock): start one with "
                       "crema serve"};
  }
  return Running{demo_admin_socket(query.environment),
                 "no bench here and no demo running: start one with crema demo, or name a bench "
                 "with --bench DIR"};
}

}  // namespace

Outcome stats_command(const StatsOptions& options) {
  const auto running = find_running(options.bench);
  if (!running) return fail_with(running.error());
  if (!check_socket_directory(running->socket)) return fail_with(kExitFailure, running->nobody);
  const auto answer = call_admin({.socket_path = running->socket.path, .target = "/metrics"});
  if (!answer) {
    return fail_with(kExitFailure, answer.error() == AdminCallError::kNobodyThere
                                       ? running->nobody
                                       : running->socket.path + ": no answer within 5 s");
  }
  if (answer->status != 200) {
    return fail_with(kExitFailure, fmt::format("{}: /metrics was answered with status {}",
                                               running->socket.path, answer->status));
  }
  return {.exit_code = kExitClean, .out = stats_table(answer->body), .err = {}};
}

std::string stats_table(std::string_view metrics) {
  const std::vector<Row> rows = rows_of(metrics);
  if (rows.empty()) return "every counter is 0\n";
  size_t series_width = 0;
  size_t value_width = 0;
  for (const Row& row : rows) {
    series_width = std::max(series_width, row.series.size());
    value_width = std::max(value_width, row.value.size());
  }
  std::string text;
  for (const Row& row : rows) {
    text += fmt::format("{:<{}}  {:>{}}\n", row.series, series_width, row.value, value_width);
  }
  return text;
}

}  // namespace crema::app
