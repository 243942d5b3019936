#include "crema/publish/call.h"

#include "crema/json/normalize.h"
#include "crema/json/slice.h"
#include "crema/json/value.h"
#include "crema/publish/room_names.h"

#include <cmath>
#include <utility>

namespace crema::publish {
namespace {

using Room = base::Result<std::string, EnvelopeError>;

Room doc_room_of(const Call& call) {
  if (call.doctype.empty()) return base::fail(EnvelopeError{Errc::kNoDoctype});
  if (call.docname.empty()) return base::fail(EnvelopeError{Errc::kNoDocname});
  return doc_room(call.doctype, call.docname);
}

// Given, or the message's own.
Room doctype_room_of(const Call& call) {
  if (!call.doctype.empty()) return doctype_room(call.doctype);
  const auto member = json::member(call.message, "doctype");
  const auto doctype = member ? json::string_value(*member) : std::nullopt;
  if (!doctype || doctype->empty()) return base::fail(EnvelopeError{Errc::kNoDoctype});
  return doctype_room(*doctype);
}

bool chooses_task(const Call& call) {
  return call.event != "list_update" && call.event != "docinfo_update" && call.room.empty() &&
         !call.task_id.empty();
}

Room choose_room(const Call& call, const Caller& caller) {
  if (call.event == "list_update") return doctype_room_of(call);
  if (call.event == "docinfo_update") return doc_room_of(call);
  if (!call.room.empty()) return call.room;
  if (!call.task_id.empty()) return task_room(call.task_id);
  const bool for_caller = call.user.empty() && call.event == "msgprint";
  const std::string& user = for_caller ? caller.user : call.user;
  if (!user.empty()) return user_room(user);
  if (!call.doctype.empty() && !call.docname.empty()) return doc_room_of(call);
  return base::fail(EnvelopeError{Errc::kNoTarget});
}

base::Result<std::string, EnvelopeError> compact(std::string_view message) {
  std::string text;
  if (json::normalize(message, json::NonFinite::kReject, text)) return text;
  return base::fail(explain_message(message));
}

std::string number_text(double value) {
  const bool is_whole = value == std::trunc(value) && std::abs(value) < 1e15;
  return is_whole ? std::to_string(static_cast<int64_t>(value)) : json::serialize(value);
}

void append_text_or_null(std::string& out, std::string_view key, const std::string& text) {
  out.append(",\"").append(key).append("\":");
  if (text.empty()) {
    out += "null";
  } else {
    json::append_quoted(out, text);
  }
}

}  // namespace

base::Result<Addressed, EnvelopeError> address(Call call, const Caller& caller) {
  if (call.event.empty()) call.event = call.task_id.empty() ? "global" : "task_progress";
  auto message = compact(call.message.empty() ? "{}" : call.message);
  if (!message) return base::fail(std::move(message.error()));
  call.message = std::move(*message);
  auto room = choose_room(call, caller);
  if (!room) return base::fail(std::move(room.error()));
  Addressed result{.room = std::move(*room), .envelope = {}};
  if (chooses_task(call)) {
    auto with_id = with_task_id(call.message, call.task_id);
    if (!with_id) return base::fail(std::move(with_id.error()));
    call.message = std::move(*with_id);
    result.departure = Departure::kAtOnce;
  }
  auto envelope = encode_envelope(
      {.event = call.event, .message = call.message, .room = result.room, .site = caller.site});
  if (!envelope) return base::fail(std::move(envelope.error()));
  result.envelope = std::move(*envelope);
  return result;
}

base::Result<Addressed, EnvelopeError> address(const Progress& progress, const Caller& caller) {
  const bool by_document = !progress.doctype.empty() && !progress.docname.empty();
  const std::string& user = progress.user.empty() ? caller.user : progress.user;
  return address(Call{.event = "progress",
                      .message = progress_message(progress),
                      .user = by_document ? std::string() : user,
                      .doctype = progress.doctype,
                      .docname = progress.docname,
                      .task_id = progress.task_id},
                 caller);
}

std::string progress_message(const Progress& progress) {
  std::string message = "{\"percent\":" + number_text(progress.percent);
  append_text_or_null(message, "title", progress.title);
  append_text_or_null(message, "description", progress.description);
  return message + '}';
}

base::Result<std::string, EnvelopeError> with_task_id(std::string_view message,
                                                      std::string_view task_id) {
  auto text = compact(message);
  if (!text || !json::is_object(*text) || json::member(*text, "task_id")) return text;
  std::string member = "\"task_id\":";
  json::append_quoted(member, task_id);
  if (*text != "{}") member += ',';
  text->insert(1, member);
  return text;
}

}  // namespace crema::publish
