// The two answers to our own bugs: one that cannot be continued, and one that can.
#pragma once

namespace crema::base {

// Writes file, line and expression to stderr and ends the process.
[[noreturn]] void assert_failed(const char* expression, const char* file, int line) noexcept;

// Logs and counts a bug that does not endanger the process. `id` is unique in the source.
void report_bug(const char* id, const char* file, int line) noexcept;

}  // namespace crema::base

#define CREMA_ASSERT(expression) \
  ((expression) ? void() : ::crema::base::assert_failed(#expression, __FILE__, __LINE__))
#define CREMA_BUG(id) ::crema::base::report_bug(id, __FILE__, __LINE__)
