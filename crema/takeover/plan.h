// What would be changed in a bench, and the change itself.
#pragma once

#include "crema/takeover/file.h"
#include "crema/takeover/survey.h"

#include <cstdint>
#include <string>
#include <vector>

namespace crema::takeover {

// What happens to `<file>.before-crema`.
enum class Backup : uint8_t { kUntouched, kWritten, kRemoved };

struct Change {
  StartFile file;
  std::string after;  // The whole text; as the file is when only the backup goes.
  Backup backup = Backup::kUntouched;
};

struct Plan {
  std::vector<Change> changes;
  std::vector<std::string> notes;  // What the person should know beside the difference.
  // Why nothing may be changed. With a problem the changes are for reading only.
  std::vector<std::string> problems;
};

// The command that starts Crema, quoted as the file's owner reads it.
// Errors: a path holds what one of the formats cannot carry (quotes, backslash, $, line ends).
[[nodiscard]] Text crema_command(Format format, const std::string& binary,
                                 const std::string& bench);

// Crema in place of what `files` start; another path of Crema's own where it is there already.
[[nodiscard]] Plan plan_install(const std::vector<StartFile>& files, const std::string& binary,
                                const std::string& bench);
// What was there before: every byte where nothing else has changed since, else only the command.
[[nodiscard]] Plan plan_uninstall(const std::vector<StartFile>& files);

// The differences of all changes, as `diff -u` prints them.
[[nodiscard]] std::string difference(const Plan& plan);

// All of them or none: what was written is put back when a later file fails.
// Errors: a line with the file and the reason.
[[nodiscard]] Done carry_out(const Plan& plan);

// What the person runs next so that the process managers see it, a line each.
[[nodiscard]] std::vector<std::string> next_steps(const Plan& plan);

}  // namespace crema::takeover
