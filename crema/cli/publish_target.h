// From the flags that say to whom, to the one room they mean.
#pragma once

#include "crema/base/result.h"

#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace crema::cli {

struct TargetFlags {
  std::optional<std::string> user = {};
  std::optional<std::string> doctype = {};
  std::optional<std::string> docname = {};
  std::optional<std::string> task = {};
  std::optional<std::string> room = {};
  bool website = false;
  bool all = false;
};

// The options that say to whom. `target` must outlive the parsing.
void add_target_options(CLI::App& command, TargetFlags& target);

// Errors: a line for the person when it is not exactly one target, or one without a name:
// `--user "$USER_OF_THE_DOC"` with an empty variable must reach nobody, not somebody else.
[[nodiscard]] base::Result<std::string, std::string> room_of(const TargetFlags& flags);

}  // namespace crema::cli
