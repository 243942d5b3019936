// One line of what `crema progress` reads.
#pragma once

#include "crema/base/result.h"

#include <string>
#include <string_view>

namespace crema::cli {

struct ProgressLine {
  double percent = 0;
  std::string description = {};
};

// "25", "25%" or "25 row 5 of 20"; spaces around are no part of it.
// Errors: what to say about a line that does not begin with a number.
[[nodiscard]] base::Result<ProgressLine, std::string> read_progress_line(std::string_view line);

}  // namespace crema::cli
