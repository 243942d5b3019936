// What an app of Frappe's writes in realtime/handlers.js, in a server of one's own: who looks at a
// ticket and who types there, an acknowledgement, a limit for each socket, audio as bytes.
#include <crema/crema.h>
#include <string>
#include <vector>

namespace {

constexpr int kUpdatesMax = 3;

struct Visitor {
  std::string user;
  std::vector<std::string> viewing;
  int updates_left = kUpdatesMax;
};

std::string room_of(const std::string& ticket) { return "ticket:" + ticket; }

void set_up(const crema::Socket& socket) {
  socket.on("view_ticket", [socket](std::string ticket, std::string user) {
    auto& visitor = socket.data<Visitor>();
    visitor.user = user;
    visitor.viewing.push_back(ticket);
    socket.join(room_of(ticket));
    socket.to(room_of(ticket)).emit("viewer_joined", ticket, user);
    return true;  // Answers the acknowledgement.
  });
  socket.on("ticket_typing", [socket](std::string ticket) {
    socket.to(room_of(ticket)).emit("ticket_typing", socket.data<Visitor>().user);
  });
  socket.on("notify_ticket_update", [socket](std::string ticket, std::string field) {
    auto& visitor = socket.data<Visitor>();
    if (visitor.updates_left-- <= 0) return std::string("slow down");
    socket.to(room_of(ticket)).emit("ticket_update", field, visitor.user);
    return std::string("told");
  });
  socket.on("ticket_audio", [socket](std::string ticket, crema::Bytes frame) {
    socket.to(room_of(ticket)).emit("ticket_audio", frame);
  });
  socket.on("disconnect", [socket](std::string reason) {
    const auto& visitor = socket.data<Visitor>();
    for (const std::string& ticket : visitor.viewing) {
      socket.to(room_of(ticket)).emit("viewer_left", ticket, visitor.user, reason);
    }
  });
}

}  // namespace

int main(int argc, char** argv) {
  crema::Server io;
  // A namespace for each site, made when its first visitor comes.
  io.of_pattern("/.+").on("connection", [](crema::Socket socket) { set_up(socket); });
  return io.run(argc > 1 ? static_cast<uint16_t>(std::stoi(argv[1])) : 3000);
}
