#include "crema/socketio/local_adapter.h"

#include "crema/socketio/socket.h"

namespace crema::socketio {
namespace {

template <class F>
void for_each_member(Namespace& nsp, const std::string& name, const F& fn) {
  if (const Room* room = nsp.find_room(name)) {
    for (const Room::Member& member : room->members) fn(*member.socket);
  }
  if (Socket* socket = nsp.find(name)) fn(*socket);
}

}  // namespace

void LocalAdapter::select(Namespace& nsp, const Selection& selection, uint32_t serial,
                          std::vector<Socket*>& out) {
  const auto mark = [serial](Socket& socket) { socket.seen_ = serial; };
  for (const std::string& name : selection.except) for_each_member(nsp, name, mark);
  const auto take = [serial, &out](Socket& socket) {
    if (socket.seen_ == serial || !socket.connected()) return;
    socket.seen_ = serial;
    out.push_back(&socket);
  };
  if (selection.rooms.empty()) {
    for (Socket* socket : nsp.sockets()) take(*socket);
  }
  for (const std::string& name : selection.rooms) for_each_member(nsp, name, take);
}

}  // namespace crema::socketio
