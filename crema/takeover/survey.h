// What the files of a bench say about its realtime process.
#pragma once

#include "crema/takeover/place.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace crema::takeover {

enum class State : uint8_t {
  kUnreadable,   // `problem` says why.
  kNothing,      // It starts no realtime process.
  kSeveral,      // It starts more than one that is not Crema: which is meant, a person must say.
  kOriginal,     // It starts another realtime process, as bench wrote it.
  kOverwritten,  // The same, but Crema was installed: `bench setup` has been there since.
  kInstalled,    // Crema, and the rest is as it was.
  kEdited,       // Crema, and something else has changed since.
  kByHand,       // Crema, and nothing is kept of what was there before.
};

// One file that starts processes. Source: frappe-realtime 10.1, 10.2.
struct StartFile {
  Format format = Format::kProcfile;
  std::string name;  // From the bench: "config/supervisor.conf".
  std::string path;  // Where it really is: links are followed.
  std::string text = {};
  std::optional<std::string> original = {};  // What is kept from before Crema.
  std::optional<Place> place = {};           // The realtime process; not for kSeveral.
  std::optional<Place> original_place = {};  // That of `original`.
  State state = State::kNothing;
  std::string problem = {};

  // "<path>.before-crema"
  [[nodiscard]] std::string backup_path() const;
};

// Those of Procfile, config/supervisor.conf and config/systemd/*.service that exist, in this
// order; of the units only such as start a realtime process, or did.
[[nodiscard]] std::vector<StartFile> survey(const std::string& bench);

// For a person, in one line each: "Procfile:3: node, by `node apps/frappe/socketio.js`".
[[nodiscard]] std::string describe(const StartFile& file);

}  // namespace crema::takeover
