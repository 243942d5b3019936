// Whatever stands in a bench's configuration file, or in a variable of the environment: each value
// is taken or complained about, a complaint names a line of the text, and what was taken can be
// shown, without its secrets.
#include "crema/app/config_file.h"
#include "crema/app/config_keys.h"
#include "crema/app/problem.h"
#include "crema/base/check.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace crema::app;  // NOLINT: a program of one file.

void check_problem(const Problem& problem, size_t lines) {
  CREMA_ASSERT(problem.line <= lines && !problem.what.empty());
  CREMA_ASSERT(to_string(problem).find(problem.what) != std::string::npos);
}

// What is not accepted changes nothing.
void apply(const ConfigKey& key, const RawValue& raw, Config& config) {
  const std::string before = key.show(config).value;
  const auto applied = key.apply(config, raw);
  if (applied) return;
  CREMA_ASSERT(!applied.error().what.empty());
  CREMA_ASSERT(key.show(config).value == before);
}

void check_shown(const Config& config) {
  const std::string& token = config.admin_token.value;
  for (const ConfigKey& key : config_keys()) {
    const ShownSetting shown = key.show(config);
    CREMA_ASSERT(key.name != "admin_token" || token.empty() ||
                 shown.value.find(token) == std::string::npos);
  }
}

void read_as_file(const std::string& text) {
  const auto lines = static_cast<size_t>(std::ranges::count(text, '\n')) + 1;
  const ConfigFile file = parse_config_file(text, "f", "f");
  Config config;
  for (const Problem& problem : file.problems) check_problem(problem, lines);
  for (const auto& [key, raw] : file.values) {
    CREMA_ASSERT(raw.place.line <= lines);
    apply(*key, raw, config);
  }
  check_shown(config);
}

// As a variable or a flag gives it.
void read_as_text(const std::string& text) {
  RawValue raw;
  raw.items = {text};
  Config config;
  for (const ConfigKey& key : config_keys()) apply(key, raw, config);
  check_shown(config);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  read_as_file(text);
  read_as_text(text);
  return 0;
}
