#include "crema/http/set_cookie.h"

#include <array>
#include <cstdio>

namespace crema::http {
namespace {

// Bytes that encodeURIComponent leaves alone.
bool is_plain(char c) {
  if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return true;
  return std::string_view{"-_.!~*'()"}.find(c) != std::string_view::npos;
}

void append_encoded(std::string& out, std::string_view value) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (const char c : value) {
    if (is_plain(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.append({'%', kDigits[byte >> 4], kDigits[byte & 15]});
  }
}

// "Thu, 01 Jan 1970 00:00:00 GMT": in English whatever the locale is.
std::string http_date(std::chrono::sys_seconds time) {
  constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                               "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  char text[64];
  std::snprintf(text, sizeof text, "%s, %02u %s %04d %02d:%02d:%02d GMT",
                kDays[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text;
}

std::string_view to_text(SetCookie::Priority priority) {
  switch (priority) {
    case SetCookie::Priority::kLow:
      return "Low";
    case SetCookie::Priority::kMedium:
      return "Medium";
    case SetCookie::Priority::kHigh:
      return "High";
  }
  return "";
}

std::string_view to_text(SetCookie::SameSite same_site) {
  switch (same_site) {
    case SetCookie::SameSite::kNone:
      return "None";
    case SetCookie::SameSite::kLax:
      return "Lax";
    case SetCookie::SameSite::kStrict:
      return "Strict";
  }
  return "";
}

}  // namespace

std::string serialize(const SetCookie& cookie, std::string_view value) {
  std::string out = cookie.name + "=";
  append_encoded(out, value);
  if (cookie.max_age) out.append("; Max-Age=").append(std::to_string(cookie.max_age->count()));
  if (!cookie.domain.empty()) out.append("; Domain=").append(cookie.domain);
  if (cookie.path) out.append("; Path=").append(*cookie.path);
  if (cookie.expires) out.append("; Expires=").append(http_date(*cookie.expires));
  if (cookie.http_only) out.append("; HttpOnly");
  if (cookie.secure) out.append("; Secure");
  if (cookie.partitioned) out.append("; Partitioned");
  if (cookie.priority) out.append("; Priority=").append(to_text(*cookie.priority));
  if (cookie.same_site) out.append("; SameSite=").append(to_text(*cookie.same_site));
  return out;
}

}  // namespace crema::http
