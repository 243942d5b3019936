// The `Set-Cookie` header of a response.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crema::http {

// A cookie without its value. Source: spec/socketio.md 1.12; npm's `cookie` 0.7.
struct SetCookie {
  enum class SameSite : uint8_t { kNone, kLax, kStrict };
  enum class Priority : uint8_t { kLow, kMedium, kHigh };

  std::string name = "io";
  std::optional<std::chrono::seconds> max_age = {};
  std::string domain = {};                // Empty: the host that was asked.
  std::optional<std::string> path = "/";  // None: left out, as `path: false`.
  std::optional<std::chrono::sys_seconds> expires = {};
  bool http_only = true;
  bool secure = false;
  bool partitioned = false;
  std::optional<Priority> priority = {};
  std::optional<SameSite> same_site = SameSite::kLax;
};

// The header's value; attributes in npm's order. `value` is percent-encoded as
// encodeURIComponent does. What the settings hold is the program's own and is written as it is:
// a control character in it keeps the header from being sent (http::serialize).
[[nodiscard]] std::string serialize(const SetCookie& cookie, std::string_view value);

}  // namespace crema::http
