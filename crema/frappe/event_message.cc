#include "crema/frappe/event_message.h"

#include "crema/frappe/sites.h"
#include "crema/json/normalize.h"
#include "crema/json/slice.h"
#include "crema/socketio/packet.h"

#include <optional>
#include <span>
#include <vector>

namespace crema::frappe {
namespace {

struct Fields {
  json::Slice event = "null";
  json::Slice message = "null";
  json::Slice room = "null";
  json::Slice nsp = "null";
};

// A room's name as JavaScript would spell it: a string, or a number's text.
std::optional<std::string> room_name(json::Slice value) {
  if (auto text = json::string_value(value)) return text;
  if (json::number_value(value)) return std::string(value);
  return std::nullopt;
}

std::optional<std::vector<std::string>> room_names(json::Slice value) {
  std::vector<std::string> names;
  if (!json::truthy(value)) return names;
  std::vector<json::Slice> items;
  if (json::is_array(value) && !json::split_array(value, items)) return std::nullopt;
  const bool is_one = !json::is_array(value);
  for (const json::Slice item : is_one ? std::span(&value, 1) : std::span(items)) {
    auto name = room_name(item);
    if (!name || name->empty()) return std::nullopt;
    names.push_back(std::move(*name));
  }
  if (names.empty()) return std::nullopt;  // An empty list is nobody, not everybody.
  return names;
}

}  // namespace

std::string_view to_text(DropReason reason) {
  switch (reason) {
    case DropReason::kJson:
      return "not a JSON object";
    case DropReason::kEvent:
      return "no usable event name";
    case DropReason::kRoom:
      return "no usable room";
    case DropReason::kNamespace:
      return "no usable namespace";
  }
  return "";
}

base::Result<socketio::Broadcast, DropReason> decode_event_message(std::string_view payload,
                                                                   std::string& scratch) {
  Fields fields;
  scratch.clear();
  const auto normalized = json::normalize(payload, json::NonFinite::kNull, scratch,
                                          {{"event", &fields.event},
                                           {"message", &fields.message},
                                           {"room", &fields.room},
                                           {"namespace", &fields.nsp}});
  if (!normalized || !json::is_object(scratch)) return base::fail(DropReason::kJson);
  auto event = json::string_value(fields.event);
  if (!event || event->empty() || socketio::is_reserved_event(*event)) {
    return base::fail(DropReason::kEvent);
  }
  auto rooms = room_names(fields.room);
  if (!rooms) return base::fail(DropReason::kRoom);
  if (!json::truthy(fields.nsp)) {
    if (!rooms->empty()) return base::fail(DropReason::kNamespace);
    return socketio::make_broadcast_everywhere(std::move(*event), std::string(fields.message));
  }
  const auto site = json::string_value(fields.nsp);
  if (!site || !is_site_name(*site)) return base::fail(DropReason::kNamespace);
  return socketio::make_broadcast("/" + *site, std::move(*rooms), *event, fields.message);
}

}  // namespace crema::frappe
