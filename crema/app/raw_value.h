// A configured value as it was written, before anybody knows what type it should have.
#pragma once

#include "crema/app/problem.h"

#include <cstdint>
#include <string>
#include <vector>

namespace crema::app {

enum class RawKind : uint8_t {
  kText,    // A string, or anything from the environment or the command line.
  kNumber,  // A JSON number, in `items[0]` as it was written.
  kBool,    // `items[0]` is "true" or "false".
  kList,    // A JSON array of strings, or a repeated flag.
  kOther,   // null, an object, or an array of something else.
};

struct RawValue {
  RawKind kind = RawKind::kText;
  std::vector<std::string> items;
  std::string source;  // For people: "sites/common_site_config.json:3", "FRAPPE_SITE", "--port".
  Problem place;       // Where a complaint about it points; only `where` and `line` are set.

  // As JavaScript decides it for what JSON can hold: "", 0, false and null are not.
  // Source: frappe-realtime 2.1.
  bool truthy = true;

  [[nodiscard]] const std::string& text() const { return items.front(); }
};

}  // namespace crema::app
