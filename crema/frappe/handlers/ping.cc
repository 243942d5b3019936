#include "crema/frappe/handlers/handlers.h"

namespace crema::frappe::handlers {

// The health check of Frappe's pages; unrelated to Engine.IO's heartbeat.
void ping(Realtime&, socketio::Socket& socket, const socketio::Event&) { socket.emit("pong", ""); }

}  // namespace crema::frappe::handlers
