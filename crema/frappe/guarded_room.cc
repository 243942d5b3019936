#include "crema/frappe/guarded_room.h"

#include "crema/json/slice.h"

namespace crema::frappe {
namespace {

constexpr std::string_view kDoctype = "doctype:";
constexpr std::string_view kDoc = "doc:";
constexpr std::string_view kOpenDoc = "open_doc:";
constexpr std::string_view kTask = "task_progress:";

std::string quoted(std::string_view text) {
  std::string json;
  json::append_quoted(json, text);
  return json;
}

std::optional<Subscription> document_room(std::string_view room, size_t prefix) {
  const std::string_view document = room.substr(prefix);
  const size_t slash = document.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  return Subscription{.room = std::string(room),
                      .doctype = std::string(document.substr(0, slash)),
                      .name = std::string(document.substr(slash + 1)),
                      .opens = std::nullopt};
}

}  // namespace

std::optional<Subscription> guarded_room(std::string_view room) {
  if (room.starts_with(kDoctype)) {
    return Subscription{.room = std::string(room),
                        .doctype = std::string(room.substr(kDoctype.size())),
                        .name = {},
                        .opens = std::nullopt};
  }
  if (room.starts_with(kDoc)) return document_room(room, kDoc.size());
  if (!room.starts_with(kOpenDoc)) return std::nullopt;
  auto opened = document_room(room, kOpenDoc.size());
  if (opened) {
    opened->opens =
        DocumentName{opened->doctype, opened->name, quoted(opened->doctype), quoted(opened->name)};
  }
  return opened;
}

bool is_subscribed_room(std::string_view room) {
  return room.starts_with(kTask) || guarded_room(room).has_value();
}

}  // namespace crema::frappe
