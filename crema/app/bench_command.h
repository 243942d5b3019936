// `crema bench`: whether a bench starts Crema, and switching it to Crema and back.
#pragma once

#include "crema/app/bench.h"
#include "crema/app/outcome.h"

#include <cstdint>
#include <functional>
#include <string>

namespace crema::app {

enum class BenchAction : uint8_t { kStatus, kInstall, kUninstall };

struct BenchOptions {
  BenchQuery bench = {};
  BenchAction action = BenchAction::kStatus;
  // The program that the bench is to start; empty: the one that runs.
  std::string binary = {};
  // Asked once, with the difference, before anything is written. Not set: yes.
  std::function<bool(const std::string& difference)> confirm = {};
};

// Exit code 1: the bench starts no realtime process, or a file cannot be changed as it is, or the
// person said no. Source: issue "Frappe, whole", frappe-realtime 10.
[[nodiscard]] Outcome bench_command(const BenchOptions& options);

}  // namespace crema::app
