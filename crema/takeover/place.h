// Where in a file of a process manager the realtime process is started.
#pragma once

#include "crema/takeover/starter.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace crema::takeover {

// Whose file it is. Source: frappe-realtime 10.1.
enum class Format : uint8_t { kProcfile, kSupervisor, kSystemd };

// One command. `begin` and `size` are its bytes in the file, lines it is continued on included;
// white space and the line's end after it are not.
struct Place {
  std::string program;  // "socketio", "frappe-bench-node-socketio", empty in a unit.
  std::string command;  // In one line.
  size_t begin = 0;
  size_t size = 0;
  size_t line = 0;  // From 1.
  Starter starter = Starter::kNode;
};

// Every command in the file that starts a realtime process, in their order. Comments are none.
// Lines may end with LF or CRLF and be indented as the format allows.
[[nodiscard]] std::vector<Place> find_places(Format format, std::string_view text);

// `text` with another command at `place`; every other byte stays.
[[nodiscard]] std::string with_command(std::string_view text, const Place& place,
                                       std::string_view command);

}  // namespace crema::takeover
