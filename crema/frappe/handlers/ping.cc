#include "crema/frappe/acknowledge.h"
#include "crema/frappe/handlers/handlers.h"

namespace crema::frappe::handlers {

// The health check of Frappe's pages; unrelated to Engine.IO's heartbeat.
void ping(Realtime&, socketio::Socket& socket, const socketio::Event& event) {
  socket.emit("pong", "");
  acknowledge(socket, event.ack_id);
}

}  // namespace crema::frappe::handlers
