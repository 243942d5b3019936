#include "crema/frappe/handlers/handlers.h"
#include "crema/frappe/realtime.h"
#include "crema/publish/room_names.h"

namespace crema::frappe::handlers {

void doctype_subscribe(Realtime& realtime, socketio::Socket& socket, const socketio::Event& event) {
  std::string doctype = text_argument(event, 0);
  if (doctype.empty()) return;
  std::string room = publish::doctype_room(doctype);
  realtime.subscribe(socket, std::move(doctype), {}, std::move(room));
}

void doctype_unsubscribe(Realtime& realtime, socketio::Socket& socket,
                         const socketio::Event& event) {
  realtime.unsubscribe(socket, publish::doctype_room(text_argument(event, 0)));
}

}  // namespace crema::frappe::handlers
