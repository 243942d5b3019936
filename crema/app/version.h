// Which Crema this is.
#pragma once

#include <string_view>

namespace crema::app {

// The project's version in CMakeLists.txt, "0.1.0".
[[nodiscard]] std::string_view version();

}  // namespace crema::app
