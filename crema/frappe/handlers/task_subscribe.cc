#include "crema/frappe/acknowledge.h"
#include "crema/frappe/handlers/handlers.h"
#include "crema/publish/room_names.h"

namespace crema::frappe::handlers {

// Task ids are unguessable: whoever knows one may follow it. Source: spec/frappe-realtime.md 4.1.
void task_subscribe(Realtime&, socketio::Socket& socket, const socketio::Event& event) {
  const std::string task = text_argument(event, 0);
  const bool joined = !task.empty() && socket.join(publish::task_room(task));
  acknowledge(socket, event.ack_id, joined ? std::string_view() : kCannotJoin);
}

void task_unsubscribe(Realtime&, socketio::Socket& socket, const socketio::Event& event) {
  socket.leave(publish::task_room(text_argument(event, 0)));
  acknowledge(socket, event.ack_id);
}

}  // namespace crema::frappe::handlers
