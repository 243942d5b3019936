#include "crema/frappe/acknowledge.h"
#include "crema/frappe/handlers/handlers.h"
#include "crema/frappe/realtime.h"
#include "crema/publish/room_names.h"

namespace crema::frappe::handlers {

// Without a name the original asks about the doctype and joins a room nobody publishes to; here
// nothing happens.
void doc_subscribe(Realtime& realtime, socketio::Socket& socket, const socketio::Event& event) {
  std::string doctype = text_argument(event, 0);
  std::string name = text_argument(event, 1);
  if (doctype.empty() || name.empty()) return acknowledge(socket, event.ack_id, kCannotJoin);
  std::string room = publish::doc_room(doctype, name);
  realtime.subscriptions().add(
      socket, {std::move(room), std::move(doctype), std::move(name), std::nullopt}, event.ack_id);
}

void doc_unsubscribe(Realtime& realtime, socketio::Socket& socket, const socketio::Event& event) {
  realtime.subscriptions().remove(
      socket, publish::doc_room(text_argument(event, 0), text_argument(event, 1)));
  acknowledge(socket, event.ack_id);
}

}  // namespace crema::frappe::handlers
