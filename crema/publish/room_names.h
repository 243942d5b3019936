// The names of Frappe's rooms. Names are joined as they are: nothing is escaped.
// Source: frappe-realtime 4.1.
#pragma once

#include <string>
#include <string_view>

namespace crema::publish {

// Everybody who is connected to the site, Guest included.
inline constexpr std::string_view kWebsiteRoom = "website";
// Every System User of the site.
inline constexpr std::string_view kAllRoom = "all";

[[nodiscard]] inline std::string user_room(std::string_view user) {
  return std::string("user:").append(user);
}

[[nodiscard]] inline std::string doctype_room(std::string_view doctype) {
  return std::string("doctype:").append(doctype);
}

[[nodiscard]] inline std::string doc_room(std::string_view doctype, std::string_view name) {
  return std::string("doc:").append(doctype).append("/").append(name);
}

[[nodiscard]] inline std::string open_doc_room(std::string_view doctype, std::string_view name) {
  return std::string("open_doc:").append(doctype).append("/").append(name);
}

[[nodiscard]] inline std::string task_room(std::string_view task_id) {
  return std::string("task_progress:").append(task_id);
}

}  // namespace crema::publish
