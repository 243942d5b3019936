// The bounds of this layer.
#pragma once

#include <cstddef>

namespace crema::json {

// Arrays and objects nested in each other. Browsers and Frappe need a tenth of it.
inline constexpr size_t kDepthMax = 128;

}  // namespace crema::json
