// Which realtime process a command starts. Source: frappe-realtime 10.1 to 10.3.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace crema::takeover {

enum class Starter : uint8_t {
  kNode,           // node apps/frappe/socketio.js
  kBenchSocketio,  // bench socketio: bench from 5.31 on chooses between the other two
  kPython,         // python -m frappe.realtime.server
  kCrema,          // crema serve
};

// Nothing when the command starts no realtime process. Looks at words, so that `node` may be an
// absolute path, and `env` or variables may stand before it.
[[nodiscard]] std::optional<Starter> starter_of(std::string_view command);

// "node", "bench socketio", "python", "crema".
[[nodiscard]] std::string_view to_string(Starter starter);

}  // namespace crema::takeover
