// Structured log lines on stderr, as logfmt or JSON. Payloads and secrets never appear in them.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

namespace crema::log {

enum class Level : uint8_t { kDebug, kInfo, kWarn, kError, kOff };
enum class Format : uint8_t { kLogfmt, kJson };

// One key and its value, rendered as text at the call.
struct Field {
  std::string_view key;
  std::string value;
  bool is_number = false;

  Field(std::string_view k, std::string_view v) : key(k), value(v) {}
  Field(std::string_view k, const std::string& v) : key(k), value(v) {}
  Field(std::string_view k, const char* v) : key(k), value(v) {}
  template <class N>
  requires std::is_arithmetic_v<N> Field(std::string_view k, N v) : key(k), is_number(true) {
    if constexpr (std::is_same_v<N, bool>) {
      value = v ? "true" : "false";
    } else {
      value = std::to_string(v);
    }
  }
};

using Fields = std::initializer_list<Field>;

// Where finished lines go (without a newline). The default writes to stderr.
using Sink = std::function<void(Level, std::string_view line)>;

// Process-wide; call before threads start. Errors: none.
void configure(Level level, Format format);
void set_sink(Sink sink);
[[nodiscard]] bool parse_level(std::string_view text, Level& level);
[[nodiscard]] bool enabled(Level level) noexcept;

// Any thread. A line of the same level and message is written at most once per 3 s when it is a
// warning; the next one carries `repeated=<count>`. Source: spec/operations.md, "Logs".
void write(Level level, std::string_view message, Fields fields);

inline void debug(std::string_view message, Fields fields = {}) {
  if (enabled(Level::kDebug)) write(Level::kDebug, message, fields);
}
inline void info(std::string_view message, Fields fields = {}) {
  write(Level::kInfo, message, fields);
}
inline void warn(std::string_view message, Fields fields = {}) {
  write(Level::kWarn, message, fields);
}
inline void error(std::string_view message, Fields fields = {}) {
  write(Level::kError, message, fields);
}

}  // namespace crema::log
