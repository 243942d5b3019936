#include "crema/base/check.h"

#include "crema/base/counter.h"
#include "crema/base/log.h"

#include <cstdio>
#include <cstdlib>

namespace crema::base {
namespace {

const Counter kBugs{"crema_bugs_total", "",
                    "Bugs of our own that were survived; please report them."};

}  // namespace

void assert_failed(const char* expression, const char* file, int line) noexcept {
  std::fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, expression);
  std::abort();
}

void report_bug(const char* id, const char* file, int line) noexcept {
  kBugs.add();
  log::error("bug", {{"id", id}, {"file", file}, {"line", line}});
}

}  // namespace crema::base
