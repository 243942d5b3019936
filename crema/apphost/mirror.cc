#include "crema/apphost/mirror.h"

#include "crema/apphost/counters.h"

#include <algorithm>

namespace crema::apphost {
namespace {

std::string key(std::string_view site, std::string_view id) {
  return std::string(site).append("\n").append(id);
}

}  // namespace

MirroredSocket* Mirror::find(std::string_view site, std::string_view id) {
  const auto found = sockets_.find(key(site, id));
  return found == sockets_.end() ? nullptr : found->second.get();
}

MirroredSocket& Mirror::add(MirroredSocket socket) {
  socket.serial = ++last_serial_;
  auto& place = sockets_[key(socket.site, socket.id)];
  if (!place) kHostSockets.add();
  place = std::make_unique<MirroredSocket>(std::move(socket));
  return *place;
}

void Mirror::remove(const MirroredSocket& socket) {
  if (sockets_.erase(key(socket.site, socket.id)) != 0) kHostSockets.sub();
}

std::vector<MirroredSocket*> Mirror::all() {
  std::vector<MirroredSocket*> sockets;
  for (const auto& [name, socket] : sockets_) sockets.push_back(socket.get());
  std::ranges::sort(sockets, {}, &MirroredSocket::serial);
  return sockets;
}

}  // namespace crema::apphost
