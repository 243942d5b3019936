// `crema stats`: the counters of a running Crema, for a person.
#pragma once

#include "crema/app/bench.h"
#include "crema/app/outcome.h"

#include <string>
#include <string_view>

namespace crema::app {

struct StatsOptions {
  BenchQuery bench;
};

// Asks the bench's Crema, else the demo. Exit code 1 when none runs.
[[nodiscard]] Outcome stats_command(const StatsOptions& options);

// Prometheus text as a table, a line for every series that is not 0; names without "crema_".
[[nodiscard]] std::string stats_table(std::string_view metrics);

}  // namespace crema::app
