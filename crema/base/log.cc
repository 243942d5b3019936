#include "crema/base/log.h"

#include "crema/base/repeat_filter.h"
#include "crema/base/utf8.h"

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace crema::log {
namespace {

constexpr std::array<std::string_view, 5> kLevelNames = {"debug", "info", "warn", "error", "off"};

// A value longer than this is cut, with an ellipsis: some come from clients.
constexpr size_t kValueBytesMax = 4096;

Sink stderr_sink() {
  auto logger =
      std::make_shared<spdlog::logger>("crema", std::make_shared<spdlog::sinks::stderr_sink_st>());
  logger->set_formatter(std::make_unique<spdlog::pattern_formatter>("%v"));
  return [logger](Level, std::string_view line) {
    logger->log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
  };
}

struct State {
  std::atomic<Level> level{Level::kInfo};
  std::atomic<Format> format{Format::kLogfmt};
  std::mutex mutex;
  base::RepeatFilter warnings;  // Guarded by mutex.
  Sink sink = stderr_sink();    // Guarded by mutex, which is held while it runs: lines stay whole.
};

State& state() {
  static auto* instance = new State;  // Never destroyed: destructors of statics may log.
  return *instance;
}

void append_timestamp(std::string& out) {
  using std::chrono::days, std::chrono::milliseconds;
  const auto now = std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
  const auto day = std::chrono::floor<days>(now);
  const std::chrono::year_month_day date(day);
  const int64_t ms = (now - day).count();
  fmt::format_to(std::back_inserter(out), "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
                 static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                 static_cast<unsigned>(date.day()), ms / 3'600'000, ms / 60'000 % 60,
                 ms / 1000 % 60, ms % 1000);
}

// What would end a line or steer a terminal: the controls of ASCII and of Latin-1, and Unicode's
// two separators. Nothing if the sequence is harmless.
std::optional<unsigned> control_code(std::string_view sequence) {
  const unsigned last = static_cast<unsigned char>(sequence.back());
  if (sequence.size() == 1 && (last < 0x20 || last == 0x7F)) return last;
  if (sequence.size() == 2 && sequence[0] == '\xC2' && last < 0xA0) return last;
  if (sequence == "\xE2\x80\xA8") return 0x2028;
  if (sequence == "\xE2\x80\xA9") return 0x2029;
  return std::nullopt;
}

void append_escaped_sequence(std::string& out, std::string_view sequence) {
  if (sequence == "\"" || sequence == "\\") {
    out.append("\\").append(sequence);
  } else if (sequence == "\n") {
    out.append("\\n");
  } else if (sequence == "\r") {
    out.append("\\r");
  } else if (sequence == "\t") {
    out.append("\\t");
  } else if (const auto code = control_code(sequence)) {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", *code);
  } else {
    out.append(sequence);
  }
}

// The text as the inside of a JSON string, which serves logfmt as well. Bytes that are not UTF-8
// become U+FFFD.
void append_escaped(std::string& out, std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    if (i >= kValueBytesMax) {
      out.append("\xE2\x80\xA6");
      return;
    }
    const size_t length = base::utf8_sequence(text.substr(i));
    if (length == 0) {
      out.append("\xEF\xBF\xBD");
      ++i;
      continue;
    }
    append_escaped_sequence(out, text.substr(i, length));
    i += length;
  }
}

void append_quoted(std::string& out, std::string_view text) {
  out.push_back('"');
  append_escaped(out, text);
  out.push_back('"');
}

bool is_bare(std::string_view value) {
  constexpr auto needs_quotes = [](char c) {
    return c <= ' ' || c >= 0x7F || c == '"' || c == '=' || c == '\\';
  };
  return !value.empty() && value.size() <= kValueBytesMax &&
         std::none_of(value.begin(), value.end(), needs_quotes);
}

bool is_json_literal(const Field& field) {
  // A double may have been rendered as "inf" or "-nan", which JSON does not know.
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return field.is_number && !field.value.empty() &&
         (field.value == "true" || field.value == "false" || is_digit(field.value.back()));
}

void append_logfmt(std::string& line, const Field& field) {
  if (!line.empty()) line.push_back(' ');
  for (const char c : field.key) line.push_back(is_bare({&c, 1}) ? c : '_');
  line.push_back('=');
  if (is_bare(field.value)) {
    line.append(field.value);
  } else {
    append_quoted(line, field.value);
  }
}

void append_json(std::string& line, const Field& field) {
  line.push_back(line.empty() ? '{' : ',');
  append_quoted(line, field.key);
  line.push_back(':');
  if (is_json_literal(field)) {
    line.append(field.value);
  } else {
    append_quoted(line, field.value);
  }
}

void append_field(std::string& line, Format format, const Field& field) {
  format == Format::kJson ? append_json(line, field) : append_logfmt(line, field);
}

std::string render(Format format, Level level, std::string_view message, Fields fields) {
  std::string ts;
  append_timestamp(ts);
  std::string line;
  line.reserve(128);
  append_field(line, format, {"ts", ts});
  append_field(line, format, {"level", kLevelNames[static_cast<size_t>(level)]});
  // Whose line it is comes before what it says.
  const bool has_app = fields.size() != 0 && fields.begin()->key == "app";
  if (has_app) append_field(line, format, *fields.begin());
  append_field(line, format, {"msg", message});
  for (const Field* field = fields.begin() + (has_app ? 1 : 0); field != fields.end(); ++field) {
    append_field(line, format, *field);
  }
  return line;
}

}  // namespace

void configure(Level level, Format format) {
  state().level = level;
  state().format = format;
}

// An empty sink brings the default back. A sink must not log: the lock is held while it runs.
void set_sink(Sink sink) {
  std::lock_guard lock(state().mutex);
  state().sink = sink ? std::move(sink) : stderr_sink();
}

bool parse_level(std::string_view text, Level& level) {
  for (size_t i = 0; i < kLevelNames.size(); ++i) {
    if (kLevelNames[i] != text) continue;
    level = static_cast<Level>(i);
    return true;
  }
  return false;
}

bool enabled(Level level) noexcept {
  return level != Level::kOff && level >= state().level.load(std::memory_order_relaxed);
}

void write(Level level, std::string_view message, Fields fields) {
  if (!enabled(level)) return;
  State& all = state();
  const Format format = all.format.load(std::memory_order_relaxed);
  std::unique_lock lock(all.mutex);
  uint64_t repeated = 0;
  if (level == Level::kWarn) {
    const auto admitted = all.warnings.admit(message, base::steady_now());
    if (!admitted) return;
    repeated = *admitted;
  }
  std::string line = render(format, level, message, fields);
  if (repeated > 0) append_field(line, format, {"repeated", repeated});
  if (format == Format::kJson) line.push_back('}');
  all.sink(level, line);
}

}  // namespace crema::log
