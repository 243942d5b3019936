#include "crema/frappe/acknowledge.h"
#include "crema/frappe/handlers/handlers.h"
#include "crema/frappe/realtime.h"
#include "crema/publish/room_names.h"

namespace crema::frappe::handlers {

void doctype_subscribe(Realtime& realtime, socketio::Socket& socket, const socketio::Event& event) {
  std::string doctype = text_argument(event, 0);
  if (doctype.empty()) return acknowledge(socket, event.ack_id, kCannotJoin);
  std::string room = publish::doctype_room(doctype);
  realtime.subscriptions().add(socket, {std::move(room), std::move(doctype), {}, std::nullopt},
                               event.ack_id);
}

void doctype_unsubscribe(Realtime& realtime, socketio::Socket& socket,
                         const socketio::Event& event) {
  realtime.subscriptions().remove(socket, publish::doctype_room(text_argument(event, 0)));
  acknowledge(socket, event.ack_id);
}

}  // namespace crema::frappe::handlers
