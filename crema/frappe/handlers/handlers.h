// The events that Frappe's clients may send: one file each, and this list.
// Source: spec/frappe-realtime.md 4.2.
#pragma once

#include "crema/socketio/packet.h"
#include "crema/socketio/socket.h"

#include <string>
#include <string_view>

namespace crema::frappe {
class Realtime;
}

namespace crema::frappe::handlers {

// Runs on the socket's shard; `event` is borrowed for the call.
using Handler = void (*)(Realtime&, socketio::Socket&, const socketio::Event&);

// Null for an event that is none of Frappe's.
[[nodiscard]] Handler find(std::string_view event);

void ping(Realtime&, socketio::Socket&, const socketio::Event&);
void doctype_subscribe(Realtime&, socketio::Socket&, const socketio::Event&);
void doctype_unsubscribe(Realtime&, socketio::Socket&, const socketio::Event&);
void doc_subscribe(Realtime&, socketio::Socket&, const socketio::Event&);
void doc_unsubscribe(Realtime&, socketio::Socket&, const socketio::Event&);
void task_subscribe(Realtime&, socketio::Socket&, const socketio::Event&);
void task_unsubscribe(Realtime&, socketio::Socket&, const socketio::Event&);
void doc_open(Realtime&, socketio::Socket&, const socketio::Event&);
void doc_close(Realtime&, socketio::Socket&, const socketio::Event&);
void open_in_editor(Realtime&, socketio::Socket&, const socketio::Event&);

// The argument as JavaScript would write it into a room's name: a string, or a number's text.
// Empty when it is missing or anything else.
[[nodiscard]] std::string text_argument(const socketio::Event& event, size_t index);

}  // namespace crema::frappe::handlers
