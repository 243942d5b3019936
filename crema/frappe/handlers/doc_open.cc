#include "crema/frappe/acknowledge.h"
#include "crema/frappe/handlers/handlers.h"
#include "crema/frappe/realtime.h"
#include "crema/publish/room_names.h"

namespace crema::frappe::handlers {
namespace {

// Nothing when the client does not name a document.
std::optional<DocumentName> document(const socketio::Event& event) {
  if (event.args.size() < 2) return std::nullopt;
  if (!json::truthy(event.args[0]) || !json::truthy(event.args[1])) return std::nullopt;
  DocumentName document{text_argument(event, 0), text_argument(event, 1),
                        std::string(event.args[0]), std::string(event.args[1])};
  if (document.doctype.empty() || document.name.empty()) return std::nullopt;
  return document;
}

}  // namespace

void doc_open(Realtime& realtime, socketio::Socket& socket, const socketio::Event& event) {
  auto opened = document(event);
  if (!opened) return acknowledge(socket, event.ack_id, kCannotJoin);
  Subscription subscription{.room = publish::open_doc_room(opened->doctype, opened->name),
                            .doctype = opened->doctype,
                            .name = opened->name,
                            .opens = std::move(opened)};
  realtime.subscriptions().add(socket, std::move(subscription), event.ack_id);
}

void doc_close(Realtime& realtime, socketio::Socket& socket, const socketio::Event& event) {
  if (auto closed = document(event)) {
    realtime.subscriptions().remove(socket, publish::open_doc_room(closed->doctype, closed->name));
    realtime.doc_closed(socket, std::move(*closed));
  }
  acknowledge(socket, event.ack_id);
}

}  // namespace crema::frappe::handlers
