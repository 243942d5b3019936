#include "crema/frappe/acknowledge.h"
#include "crema/frappe/handlers/handlers.h"
#include "crema/frappe/realtime.h"

namespace crema::frappe::handlers {

// A developer's click on a line of a traceback. The original lets everybody do it, and ends of it;
// what is published is what the client sent, so it must at least be one object.
// Source: spec/frappe-realtime.md 1.5.
void open_in_editor(Realtime& realtime, socketio::Socket& socket, const socketio::Event& event) {
  const bool is_location = !event.args.empty() && json::is_object(event.args[0]) &&
                           event.args[0].size() <= kEditorLocationBytesMax;
  if (!realtime.in_developer_mode() || user_of(socket).user() == kGuestUser || !is_location) {
    return acknowledge(socket, event.ack_id, kNotPermitted);
  }
  realtime.open_in_editor(std::string(event.args[0]));
  acknowledge(socket, event.ack_id);
}

}  // namespace crema::frappe::handlers
