#include "crema/publish/publisher.h"

#include "crema/publish/room_names.h"

#include <utility>

namespace crema::publish {
namespace {

// The room by its name, so that no event's own rule goes before what the caller said.
base::Result<Addressed, EnvelopeError> to_room(const std::string& name, const std::string& room,
                                               const std::string& event, std::string_view message,
                                               const std::string& site) {
  if (name.empty()) return base::fail(EnvelopeError{Errc::kNoTarget});
  auto envelope = encode_envelope(
      {.event = event, .message = message.empty() ? "{}" : message, .room = room, .site = site});
  if (!envelope) return base::fail(std::move(envelope.error()));
  return Addressed{.room = room, .envelope = std::move(*envelope)};
}

}  // namespace

std::string to_string(const Failure& failure) {
  if (const auto* wrong = std::get_if<EnvelopeError>(&failure)) return to_string(*wrong);
  return std::string(redis::to_string(std::get<redis::Errc>(failure)));
}

net::Task<Subscribers> Publisher::send(std::string envelope) {
  auto publishing = redis_.publish(std::string(kChannel), std::move(envelope));
  auto subscribers = co_await std::move(publishing);
  if (!subscribers) co_return base::fail(Failure(subscribers.error()));
  co_return *subscribers;
}

net::Task<Subscribers> Publisher::send_if(base::Result<Addressed, EnvelopeError> addressed) {
  if (!addressed) co_return base::fail(Failure(std::move(addressed.error())));
  auto sending = send(std::move(addressed->envelope));
  auto subscribers = co_await std::move(sending);
  co_return subscribers;
}

net::Task<Subscribers> Publisher::publish_realtime(Call call) {
  return send_if(address(std::move(call), caller_));
}

net::Task<Subscribers> Publisher::publish_progress(Progress progress) {
  return send_if(address(progress, caller_));
}

net::Task<Subscribers> Publisher::publish_to_user(std::string user, std::string event,
                                                  std::string message) {
  return send_if(to_room(user, user_room(user), event, message, caller_.site));
}

net::Task<Subscribers> Publisher::publish_to_doctype(std::string doctype, std::string event,
                                                     std::string message) {
  return send_if(to_room(doctype, doctype_room(doctype), event, message, caller_.site));
}

net::Task<Subscribers> Publisher::publish_to_doc(std::string doctype, std::string docname,
                                                 std::string event, std::string message) {
  const std::string& name = doctype.empty() ? doctype : docname;
  return send_if(to_room(name, doc_room(doctype, docname), event, message, caller_.site));
}

net::Task<Subscribers> Publisher::publish_to_task(std::string task_id, std::string event,
                                                  std::string message) {
  auto with_id = with_task_id(message.empty() ? "{}" : message, task_id);
  if (!with_id) return send_if(base::fail(std::move(with_id.error())));
  return send_if(to_room(task_id, task_room(task_id), event, *with_id, caller_.site));
}

net::Task<Subscribers> Publisher::publish_to_website(std::string event, std::string message) {
  const std::string room(kWebsiteRoom);
  return send_if(to_room(room, room, event, message, caller_.site));
}

net::Task<Subscribers> Publisher::publish_to_all(std::string event, std::string message) {
  const std::string room(kAllRoom);
  return send_if(to_room(room, room, event, message, caller_.site));
}

}  // namespace crema::publish
