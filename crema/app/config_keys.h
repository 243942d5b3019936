// The one list of what can be configured: names, readers, and how a value is shown. Loading,
// `crema config`, unknown keys and the reference page all read it.
#pragma once

#include "crema/app/config.h"
#include "crema/app/config_readers.h"
#include "crema/app/raw_value.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace crema::app {

enum class KeyOwner : uint8_t {
  kFrappe,  // At the top of the file; falsy values are ignored.
  kCrema,   // Inside the object "crema"; null is ignored.
};

// What a report shows of one setting; secrets are already hidden.
struct ShownSetting {
  std::string value;
  std::string source;
};

struct ConfigKey {
  std::string_view name;
  KeyOwner owner;
  std::string_view environment;  // Empty: none.
  std::string_view flag;         // Empty: none.
  std::string_view help;
  // Sets the value and its source, or says what is wrong with it.
  Read<void> (*apply)(Config& config, const RawValue& raw);
  ShownSetting (*show)(const Config& config);
  // Takes it over at a reload; null: it waits for the next start.
  void (*take)(Config& to, const Config& from) = nullptr;
};

[[nodiscard]] std::span<const ConfigKey> config_keys();
// Null when there is none.
[[nodiscard]] const ConfigKey* find_key(KeyOwner owner, std::string_view name);
// As a person finds it: "socketio_port", "crema.shards".
[[nodiscard]] std::string full_name(const ConfigKey& key);

}  // namespace crema::app
