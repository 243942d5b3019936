#include "crema/frappe/acknowledge.h"

#include "crema/json/slice.h"
#include "crema/socketio/namespace.h"

#include <string>

namespace crema::frappe {

void acknowledge(socketio::Socket& socket, std::optional<uint64_t> id, std::string_view error) {
  if (!id) return;
  std::string packet = "3" + socket.nsp().name() + "," + std::to_string(*id);
  packet.append(R"([{"ok":)").append(error.empty() ? "true" : "false");
  if (!error.empty()) {
    packet.append(R"(,"error":)");
    json::append_quoted(packet, error);
  }
  packet.append("}]");
  socket.send(engineio::OutPacket::text(engineio::PacketType::kMessage, packet));
}

}  // namespace crema::frappe
