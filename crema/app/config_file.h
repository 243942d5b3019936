// One of the bench's JSON files as the values it sets.
#pragma once

#include "crema/app/config_keys.h"
#include "crema/app/problem.h"
#include "crema/app/raw_value.h"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace crema::app {

inline constexpr size_t kConfigFileBytesMax = 1024 * 1024;

struct ConfigFile {
  // What the file sets: falsy values of Frappe's keys and nulls of ours are left out.
  std::vector<std::pair<const ConfigKey*, RawValue>> values;
  Problems problems;
};

// What `text` sets. `path` is for problems, `name` for sources.
[[nodiscard]] ConfigFile parse_config_file(std::string text, const std::string& path,
                                           const std::string& name);
// A missing file sets nothing, as in Node. `name` is its path below the bench, for sources.
[[nodiscard]] ConfigFile read_config_file(const std::string& bench_directory,
                                          const std::string& name);

}  // namespace crema::app
