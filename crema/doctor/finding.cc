#include "crema/doctor/finding.h"

#include <fmt/format.h>

#include <algorithm>

namespace crema::doctor {
namespace {

std::string_view word(Verdict verdict) {
  switch (verdict) {
    case Verdict::kOk:
      return "ok";
    case Verdict::kNote:
      return "note";
    case Verdict::kSkipped:
      return "skip";
    case Verdict::kFailed:
      return "FAIL";
  }
  return "";
}

}  // namespace

std::string to_string(const Findings& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text += fmt::format("{:<5} {:<13} {}", word(finding.verdict), finding.subject, finding.what);
    if (!finding.cure.empty()) text += ". Cure: " + finding.cure;
    text += '\n';
  }
  return text;
}

bool has_failure(const Findings& findings) {
  return std::ranges::any_of(findings,
                             [](const Finding& f) { return f.verdict == Verdict::kFailed; });
}

}  // namespace crema::doctor
