// From the flags that say to whom, to the one room they mean.
#pragma once

#include "crema/base/result.h"
#include "crema/cli/command.h"

#include <optional>
#include <string>

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

// Errors: a line for the person when it is not exactly one target, or one without a name:
// `--user "$USER_OF_THE_DOC"` with an empty variable must reach nobody, not somebody else.
[[nodiscard]] base::Result<std::string, std::string> room_of(const TargetFlags& flags);

// Where and to whom, for every command that publishes.
struct Addressee {
  std::string bench = {};
  std::string site = {};
  TargetFlags target = {};
};

// The options for it. `to` must outlive the parsing.
void add_addressee_options(CLI::App& command, Addressee& to);

// What is to be published, without the event and its message yet. Errors: as room_of.
[[nodiscard]] base::Result<app::PublishOptions, std::string> order_to(const Addressee& to,
                                                                      const Context& context);

}  // namespace crema::cli
