// Settings that work, and that an operator should have meant.
#pragma once

#include "crema/app/config.h"

#include <string>
#include <string_view>
#include <vector>

namespace crema::app {

struct Risk {
  std::string_view setting;  // "crema.host"
  std::string source;
  std::string_view why;
};

// For the log, at the start. Source: operations, "Logs".
[[nodiscard]] std::vector<Risk> risks_of(const Config& config);

}  // namespace crema::app
