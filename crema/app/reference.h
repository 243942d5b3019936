// The pages of docs/operating that are made from the code. A test compares them with the files;
// `make docs` writes them.
#pragma once

#include <string>

namespace crema::app {

// docs/operating/configuration.md: every key, its names and its default.
[[nodiscard]] std::string configuration_page();
// docs/operating/limits.md: every bound.
[[nodiscard]] std::string limits_page();
// docs/operating/metrics.md: every series that the server can show.
[[nodiscard]] std::string metrics_page();

}  // namespace crema::app
