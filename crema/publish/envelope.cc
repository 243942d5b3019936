#include "crema/publish/envelope.h"

#include "crema/base/utf8.h"
#include "crema/json/normalize.h"
#include "crema/json/slice.h"
#include "crema/json/value.h"

#include <algorithm>
#include <array>
#include <utility>

namespace crema::publish {
namespace {

// Source: frappe-realtime 5, "Poison messages".
constexpr std::array<std::string_view, 6> kReservedEvents = {
    "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"};

base::Result<void, EnvelopeError> check_names(const Event& event) {
  if (event.event.empty()) return base::fail(EnvelopeError{Errc::kNoEvent});
  if (event.room.empty()) return base::fail(EnvelopeError{Errc::kNoRoom});
  if (event.site.empty()) return base::fail(EnvelopeError{Errc::kNoSite});
  if (std::ranges::find(kReservedEvents, event.event) != kReservedEvents.end()) {
    return base::fail(EnvelopeError{Errc::kReservedEvent});
  }
  for (const std::string_view name : {event.event, event.room, event.site}) {
    if (!base::valid_utf8(name)) return base::fail(EnvelopeError{Errc::kBadName});
  }
  return {};
}

void append_member(std::string& out, std::string_view key, std::string_view value) {
  out += ',';
  json::append_quoted(out, key);
  out += ':';
  json::append_quoted(out, value);
}

}  // namespace

// `normalize` is quick and says no place; the person's error is worth a second look.
EnvelopeError explain_message(std::string_view message) {
  const auto parsed = json::parse(message, message.size());
  if (parsed) return {.code = Errc::kBadMessage};
  return {.code = Errc::kBadMessage,
          .line = parsed.error().line,
          .column = parsed.error().column,
          .detail = parsed.error().message};
}

base::Result<std::string, EnvelopeError> encode_envelope(const Event& event) {
  if (auto checked = check_names(event); !checked) return base::fail(std::move(checked.error()));
  std::string out = "{\"event\":";
  json::append_quoted(out, event.event);
  out += ",\"message\":";
  if (!json::normalize(event.message, json::NonFinite::kReject, out)) {
    return base::fail(explain_message(event.message));
  }
  append_member(out, "namespace", event.site);
  append_member(out, "room", event.room);
  out += '}';
  return out;
}

std::string to_string(const EnvelopeError& error) {
  switch (error.code) {
    case Errc::kNoEvent:
      return "the event has no name";
    case Errc::kReservedEvent:
      return "the event's name is one that Socket.IO keeps for itself; choose another";
    case Errc::kNoRoom:
      return "there is no room";
    case Errc::kNoSite:
      return "there is no site";
    case Errc::kBadName:
      return "the event, the room and the site must be UTF-8";
    case Errc::kNoTarget:
      return "say to whom: user, doctype and docname, task_id or room; website (everybody on the "
             "site) or all (its System Users) is a room as well, if everybody is meant";
    case Errc::kNoDoctype:
      return "doctype is empty";
    case Errc::kNoDocname:
      return "docname is empty";
    case Errc::kTooMany:
      return "too many events wait for one commit";
    case Errc::kBadMessage:
      break;
  }
  std::string text = "the message is not JSON";
  if (error.line == 0) return text;
  text += ": line " + std::to_string(error.line) + ", column " + std::to_string(error.column);
  return text + ": " + error.detail;
}

}  // namespace crema::publish
