// Calls what a user of the library has written: what it throws ends here.
#pragma once

#include "crema/base/log.h"
#include "crema/library/counters.h"

#include <exception>
#include <optional>
#include <string>

namespace crema::library {

// What it threw, in words, or nothing. Counted and logged. `what` is a literal.
template <class F>
std::optional<std::string> guarded(const char* what, const F& fn) {
  std::string reason;
  try {
    fn();
    return std::nullopt;
  } catch (const std::exception& error) {
    reason = error.what();
  } catch (...) {
    reason = "something that is no std::exception";
  }
  kExceptions.add();
  log::error("a function of the program threw", {{"where", what}, {"reason", reason}});
  return reason;
}

}  // namespace crema::library
