#include "crema/hostwire/host_message.h"

#include "crema/hostwire/config.h"
#include "crema/json/normalize.h"

#include <algorithm>
#include <array>

namespace crema::hostwire {
namespace {

using Type = HostMessageType;

// What a type cannot do without, by the name of the field.
struct Shape {
  std::string_view name;
  Type type;
  std::array<std::string_view, 4> needs;
};

constexpr std::array kShapes = {
    Shape{"hello", Type::kHello, {"version", "runtime"}},
    Shape{"loaded", Type::kLoaded, {"app", "file"}},
    Shape{"ready", Type::kReady, {}},
    Shape{"emit", Type::kEmit, {"site", "event", "args"}},
    Shape{"ack", Type::kAck, {"site", "socket", "ack", "args"}},
    Shape{"join", Type::kJoin, {"site", "socket", "rooms"}},
    Shape{"leave", Type::kLeave, {"site", "socket", "rooms"}},
    Shape{"disconnect", Type::kDisconnect, {"site", "socket"}},
    Shape{"permission", Type::kPermission, {"call", "site", "socket", "doctype"}},
    Shape{"log", Type::kLog, {"app", "level", "text"}},
    Shape{"error", Type::kError, {"app", "text"}},
    Shape{"pong", Type::kPong, {"call"}},
    Shape{"where", Type::kWhere, {"app"}},
};

struct TextField {
  std::string_view name;
  std::string HostMessage::*member;
  size_t bytes_max = kNameBytesMax;
};

constexpr std::array kTextFields = {
    TextField{"site", &HostMessage::site},
    TextField{"socket", &HostMessage::socket},
    TextField{"event", &HostMessage::event, kTextBytesMax},
    TextField{"app", &HostMessage::app},
    TextField{"file", &HostMessage::file, kTextBytesMax},
    TextField{"text", &HostMessage::text, kTextBytesMax},
    TextField{"runtime", &HostMessage::text},
    TextField{"level", &HostMessage::level},
    TextField{"doctype", &HostMessage::doctype},
    TextField{"name", &HostMessage::name},
};

struct NumberField {
  std::string_view name;
  uint64_t HostMessage::*member;
};

constexpr std::array kNumberFields = {
    NumberField{"ack", &HostMessage::ack},
    NumberField{"line", &HostMessage::line},
    NumberField{"version", &HostMessage::version},
    NumberField{"timeout", &HostMessage::timeout_ms},
};

struct FlagField {
  std::string_view name;
  bool HostMessage::*member;
};

constexpr std::array kFlagFields = {
    FlagField{"volatile", &HostMessage::is_volatile},
    FlagField{"close", &HostMessage::close},
};

// The entry of that name; null for none.
template <class Table>
auto find_field(const Table& table, std::string_view name) {
  const auto found = std::ranges::find(table, name, &Table::value_type::name);
  return found == table.end() ? nullptr : &*found;
}

bool read_number(json::Slice value, uint64_t& out) {
  const auto number = json::integer_value(value);
  if (!number || *number < 0) return false;
  out = static_cast<uint64_t>(*number);
  return true;
}

bool read_text(json::Slice value, size_t bytes_max, std::string& out) {
  auto text = json::string_value(value);
  if (!text || text->size() > bytes_max) return false;
  out = std::move(*text);
  return true;
}

bool read_names(json::Slice value, std::vector<std::string>& out) {
  std::vector<json::Slice> items;
  if (!json::split_array(value, items) || items.size() > kRoomsMax) return false;
  out.resize(items.size());
  for (size_t i = 0; i < items.size(); ++i) {
    if (!read_text(items[i], kNameBytesMax, out[i])) return false;
  }
  return true;
}

// False when the field is not what it should be. Fields that are not known are passed over: a newer
// host may have some.
bool read_field(std::string_view name, json::Slice value, HostMessage& message) {
  if (const auto* text = find_field(kTextFields, name)) {
    return read_text(value, text->bytes_max, message.*text->member);
  }
  if (const auto* number = find_field(kNumberFields, name)) {
    return read_number(value, message.*number->member);
  }
  if (const auto* flag = find_field(kFlagFields, name)) {
    message.*flag->member = value == "true";
    return value == "true" || value == "false";
  }
  if (name == "args") {
    message.args = value;
    return json::is_array(value);
  }
  if (name == "rooms") return read_names(value, message.rooms);
  if (name == "except") return read_names(value, message.except);
  if (name == "call") return read_number(value, message.call.emplace());
  return true;
}

// A bit for each field that is needed.
unsigned needs(const Shape& shape) {
  unsigned bits = 0;
  for (size_t i = 0; i < shape.needs.size(); ++i) bits |= (shape.needs[i].empty() ? 0U : 1U) << i;
  return bits;
}

}  // namespace

std::string_view to_text(Errc error) {
  switch (error) {
    case Errc::kTooLarge:
      return "a frame is too large";
    case Errc::kBadFrame:
      return "a frame's lengths do not add up";
    case Errc::kBadHead:
      return "a frame's head is no JSON object";
    case Errc::kBadType:
      return "a message is of no known type";
    case Errc::kMissingField:
      return "a message lacks a field";
    case Errc::kBadField:
      return "a message's field is not what it should be";
  }
  return "";
}

Result<HostMessage> read_host_message(const FrameView& frame, std::string& scratch) {
  scratch.clear();
  if (!json::normalize(frame.head, json::NonFinite::kNull, scratch) || !json::is_object(scratch)) {
    return base::fail(Errc::kBadHead);
  }
  const auto type = json::member(scratch, "type");
  const auto type_name = type ? json::string_value(*type) : std::nullopt;
  const Shape* shape = type_name ? find_field(kShapes, *type_name) : nullptr;
  if (!shape) return base::fail(Errc::kBadType);
  HostMessage message;
  message.type = shape->type;
  unsigned missing = needs(*shape);
  for (json::Members members(scratch); members.next();) {
    if (!read_field(members.raw_key(), members.value(), message)) {
      return base::fail(Errc::kBadField);
    }
    const auto needed = std::ranges::find(shape->needs, members.raw_key());
    missing &= ~(1U << (needed - shape->needs.begin()));
  }
  if (missing != 0) return base::fail(Errc::kMissingField);
  return message;
}

}  // namespace crema::hostwire
