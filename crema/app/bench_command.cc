#include "crema/app/bench_command.h"

#include "crema/takeover/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <unistd.h>

namespace crema::app {
namespace {

using takeover::Plan;
using takeover::StartFile;
using takeover::State;

// Where this program is; empty where /proc is not there to say so.
std::string own_path() {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/exe", error).string();
}

// What the bench is to start, absolute. Errors: it is no program.
base::Result<std::string, std::string> program(const BenchOptions& options) {
  const bool is_own = options.binary.empty();
  const std::filesystem::path path = std::filesystem::path(options.bench.working_directory) /
                                     (is_own ? own_path() : options.binary);
  const std::string program = path.lexically_normal().string();
  std::error_code error;
  if (std::filesystem::is_regular_file(program, error) && ::access(program.c_str(), X_OK) == 0) {
    return program;
  }
  return base::fail(is_own ? std::string("this program's own path is not known: give --binary PATH")
                           : "--binary " + program + " is not there, or no program");
}

std::string lines(const std::vector<std::string>& texts, std::string_view before = "") {
  std::string all;
  for (const std::string& text : texts) all.append(before).append(text).append("\n");
  return all;
}

bool starts_something(const StartFile& file) {
  return file.state != State::kNothing && file.state != State::kUnreadable;
}

std::string nothing_found(const std::string& bench) {
  return bench +
         ": neither Procfile, config/supervisor.conf nor config/systemd/ starts a realtime process "
         "(bench leaves it out when it finds no node); let bench write them (bench setup procfile, "
         "bench setup supervisor), or start by hand: crema serve --bench " +
         bench;
}

Outcome status(const std::vector<StartFile>& files) {
  Outcome outcome;
  for (const StartFile& file : files) outcome.out += takeover::describe(file) + '\n';
  const bool failed = std::ranges::any_of(
      files, [](const StartFile& file) { return file.state == State::kUnreadable; });
  outcome.exit_code = failed ? kExitFailure : kExitClean;
  return outcome;
}

Outcome carry_out(const Plan& plan, const BenchOptions& options) {
  Outcome outcome;
  outcome.out = lines(plan.notes);
  if (!plan.problems.empty()) {
    outcome.exit_code = kExitFailure;
    outcome.err = lines(plan.problems, "crema: ") + "crema: nothing was changed\n";
    return outcome;
  }
  if (plan.changes.empty()) return outcome;
  if (options.confirm && !options.confirm(takeover::difference(plan))) {
    outcome.exit_code = kExitFailure;
    outcome.err = "crema: nothing was changed\n";
    return outcome;
  }
  if (!options.confirm) outcome.out += takeover::difference(plan);
  const auto done = takeover::carry_out(plan);
  if (!done) return fail_with(kExitFailure, done.error() + "; nothing was changed");
  const auto steps = takeover::next_steps(plan);
  outcome.out += steps.empty() ? "done\n" : "written. What takes effect with:\n";
  outcome.out += lines(steps, "  ");
  return outcome;
}

}  // namespace

Outcome bench_command(const BenchOptions& options) {
  const auto bench = require_bench(options.bench);
  if (!bench) return fail_with(bench.error());
  const std::string& directory = bench->directory;
  const std::vector<StartFile> files = takeover::survey(directory);
  const bool unreadable = std::ranges::any_of(
      files, [](const StartFile& file) { return file.state == State::kUnreadable; });
  if (!unreadable && std::ranges::none_of(files, starts_something)) {
    return fail_with(kExitFailure, nothing_found(directory));
  }
  switch (options.action) {
    case BenchAction::kStatus:
      return status(files);
    case BenchAction::kInstall: {
      const auto binary = program(options);
      if (!binary) return fail_with(kExitUsage, binary.error());
      return carry_out(takeover::plan_install(files, *binary, directory), options);
    }
    case BenchAction::kUninstall:
      return carry_out(takeover::plan_uninstall(files), options);
  }
  return {};
}

}  // namespace crema::app
