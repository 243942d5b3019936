// What the bench's files say that only an examination asks for.
#pragma once

#include "crema/app/config.h"
#include "crema/doctor/finding.h"

#include <string>

namespace crema::doctor {

// A string at the top of sites/common_site_config.json, or nothing.
[[nodiscard]] std::string read_common_key(const std::string& bench, const std::string& key);

// Problems of the configuration, and keys in site_config.json that do nothing there.
// Source: frappe-realtime 2.1, 11.
[[nodiscard]] Findings check_files(const app::LoadedConfig& loaded);

}  // namespace crema::doctor
