// Where the bench is, and which sites it has. Only reads directories; opens no configuration.
#pragma once

#include "crema/app/problem.h"
#include "crema/base/result.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crema::app {

using Environment = std::map<std::string, std::string, std::less<>>;

// The process's own variables.
[[nodiscard]] Environment current_environment();

// The value, or empty when it is not set: an empty variable counts as none.
[[nodiscard]] std::string_view get(const Environment& environment, std::string_view name);

struct Bench {
  std::string directory;  // Absolute, without a trailing slash.
  std::string source;     // "--bench", "FRAPPE_BENCH_ROOT" or "working directory".
};

struct BenchQuery {
  std::string flag = {};  // --bench, or empty.
  Environment environment = {};
  std::string working_directory = {};
};

// The bench that --bench or FRAPPE_BENCH_ROOT names, else the working directory or the nearest of
// its parents that looks like one; nothing when none does.
// Errors: a problem when a bench was named and is none.
[[nodiscard]] base::Result<std::optional<Bench>, Problem> find_bench(const BenchQuery& query);

// The same for commands that cannot do without.
[[nodiscard]] base::Result<Bench, Problem> require_bench(const BenchQuery& query);

// The names of the folders in sites/ that hold a site_config.json, sorted.
[[nodiscard]] std::vector<std::string> list_sites(const std::string& bench_directory);

// sites/currentsite.txt without white space, or empty.
[[nodiscard]] std::string current_site(const std::string& bench_directory);

}  // namespace crema::app
