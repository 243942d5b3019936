// What a visit that went wrong means, and its cure: the classic failures, one line each.
// Source: frappe-realtime 11.
#pragma once

#include "crema/doctor/finding.h"
#include "crema/doctor/visit.h"

#include <string>

namespace crema::doctor {

// What is known beside the visit.
struct Circumstances {
  PublicUrl url;
  std::string site;
  std::string user;       // Whose event was published; empty: the one of a task.
  std::string listening;  // Where the configuration has Crema listen: "127.0.0.1:9000".
};

[[nodiscard]] Finding explain(const Visit& visit, const Circumstances& circumstances);

}  // namespace crema::doctor
