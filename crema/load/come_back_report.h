#pragma once

#include "crema/load/come_back.h"
#include "crema/load/options.h"

#include <chrono>
#include <string>

namespace crema::load {

// A line each, for the moment at which everybody is ready, after `gathering`; without its end.
[[nodiscard]] std::string ready_text(const Options& options, std::chrono::nanoseconds gathering);
[[nodiscard]] std::string ready_json(const Options& options, std::chrono::nanoseconds gathering);

// For people: a line for each thing that was found out.
[[nodiscard]] std::string to_text(const Options& options, const ComeBack& found);

// One JSON object, on one line. Times of a spread are milliseconds, `…_at_ms` those since the
// epoch, 0: never.
[[nodiscard]] std::string to_json(const Options& options, const ComeBack& found);

}  // namespace crema::load
