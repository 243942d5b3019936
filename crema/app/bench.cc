#include "crema/app/bench.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace crema::app {
namespace {

namespace fs = std::filesystem;

bool has_directory(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

bool has(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

// A folder called sites/ alone is common on web machines, so a directory that nobody named must
// also hold something that only a bench has.
bool looks_like_bench(const fs::path& path) {
  if (!has_directory(path / "sites")) return false;
  return has(path / "sites/common_site_config.json") || has(path / "sites/apps.txt") ||
         has_directory(path / "apps/frappe") || !list_sites(path.string()).empty();
}

std::string absolute(const fs::path& base, const fs::path& path) {
  const fs::path joined = (base / path).lexically_normal();
  return joined.has_filename() ? joined.string() : joined.parent_path().string();
}

base::Result<std::optional<Bench>, Problem> named_bench(const BenchQuery& query,
                                                        std::string_view path,
                                                        std::string_view source) {
  Bench bench{absolute(query.working_directory, path), std::string(source)};
  if (has_directory(fs::path(bench.directory) / "sites")) return std::optional(std::move(bench));
  return base::fail(Problem{
      .where = bench.source,
      .what = bench.directory + (has(bench.directory) ? " has no sites/ in it" : " does not exist"),
      .cure = "name the directory of a bench, the one that holds apps/ and sites/"});
}

}  // namespace

Environment current_environment() {
  Environment result;
  for (char** entry = environ; entry && *entry; ++entry) {
    const std::string_view text(*entry);
    const size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    result.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return result;
}

std::string_view get(const Environment& environment, std::string_view name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string_view{} : std::string_view(found->second);
}

base::Result<std::optional<Bench>, Problem> find_bench(const BenchQuery& query) {
  if (!query.flag.empty()) return named_bench(query, query.flag, "--bench");
  const std::string_view root = get(query.environment, "FRAPPE_BENCH_ROOT");
  if (!root.empty()) return named_bench(query, root, "FRAPPE_BENCH_ROOT");

  fs::path path = absolute(query.working_directory, "");
  while (true) {
    if (looks_like_bench(path)) return std::optional(Bench{path.string(), "working directory"});
    if (!path.has_relative_path()) return std::optional<Bench>{};
    path = path.parent_path();
  }
}

base::Result<Bench, Problem> require_bench(const BenchQuery& query) {
  auto found = find_bench(query);
  if (!found) return base::fail(std::move(found.error()));
  if (*found) return std::move(**found);
  return base::fail(Problem{
      .what = "no bench in " + query.working_directory + " or above it",
      .cure = "go to one, or name it with --bench DIR or FRAPPE_BENCH_ROOT (without a bench: "
              "crema demo)"});
}

std::vector<std::string> list_sites(const std::string& bench_directory) {
  std::vector<std::string> sites;
  std::error_code error;
  fs::directory_iterator entry(fs::path(bench_directory) / "sites", error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    if (has(entry->path() / "site_config.json")) {
      sites.push_back(entry->path().filename().string());
    }
  }
  std::ranges::sort(sites);
  return sites;
}

std::string current_site(const std::string& bench_directory) {
  std::ifstream file(fs::path(bench_directory) / "sites/currentsite.txt");
  std::string site;
  file >> site;
  return site;
}

}  // namespace crema::app
