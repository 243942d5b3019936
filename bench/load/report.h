#pragma once

#include "bench/load/measurement.h"
#include "bench/load/options.h"

#include <string>

namespace crema::load {

// One JSON object, on one line.
[[nodiscard]] std::string to_json(const Options& options, const Measurement& measurement);

}  // namespace crema::load
