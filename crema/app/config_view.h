// The effective configuration, for people and for /info. Secrets are hidden.
#pragma once

#include "crema/app/config.h"

#include <string>
#include <vector>

namespace crema::app {

struct SettingLine {
  std::string name;  // "socketio_port", "crema.shards", "upstream"
  std::string value;
  std::string source;
};

// Every setting: the bench first, the keys in their order, then what was worked out.
[[nodiscard]] std::vector<SettingLine> effective_settings(const Config& config);

// Names, values and sources in three columns, a line each.
[[nodiscard]] std::string settings_table(const Config& config);

}  // namespace crema::app
