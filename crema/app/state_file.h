// The file in which a process leaves its sessions' rooms to the next one.
#pragma once

#include "crema/frappe/saved_rooms.h"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace crema::app {

// <bench>/config/crema-state
[[nodiscard]] std::string state_path(const std::string& bench_directory);

// Writes it beside its place, mode 0600, and moves it there; without sessions there is no file.
// What goes wrong is logged.
void write_state(const std::string& path, const std::vector<frappe::SavedSession>& sessions);

// Reads the file once: it is gone when this returns. Null when there is none, or it is damaged,
// of another version, not this user's own, or older than `window`, which is logged.
[[nodiscard]] std::unique_ptr<frappe::SavedRooms> take_state(const std::string& path,
                                                             std::chrono::milliseconds window);

}  // namespace crema::app
