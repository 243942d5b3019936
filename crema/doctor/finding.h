// What an examination says: one line each, with the cure where something is wrong.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crema::doctor {

enum class Verdict : uint8_t {
  kOk,
  kNote,     // Works, or is not needed; worth knowing.
  kSkipped,  // Was not examined; the cure says how it would be.
  kFailed,
};

struct Finding {
  Verdict verdict;
  std::string subject;  // "redis_queue", "upstream", "proxy", …
  std::string what;
  std::string cure = {};
};

using Findings = std::vector<Finding>;

// A line per finding, its cure behind it.
[[nodiscard]] std::string to_string(const Findings& findings);
[[nodiscard]] bool has_failure(const Findings& findings);

}  // namespace crema::doctor
