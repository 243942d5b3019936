#pragma once

#include "crema/load/measurement.h"
#include "crema/load/options.h"

#include <string>

namespace crema::load {

// For people: a line for each thing that was measured.
[[nodiscard]] std::string to_text(const Options& options, const Measurement& measurement);

// One JSON object, on one line.
[[nodiscard]] std::string to_json(const Options& options, const Measurement& measurement);

}  // namespace crema::load
