// Rooms, and answers in every direction: from the server, from one client, from all of a room.
#include <crema/crema.h>
#include <string>
#include <vector>

int main(int argc, char** argv) {
  using namespace std::chrono_literals;
  crema::Server io;
  io.threads(2);
  const crema::Namespace game = io.of("/game");
  game.on("connection", [game](crema::Socket socket) {
    socket.on("enter", [socket](std::string table) { return socket.join(table); });
    socket.on("leave", [socket](std::string table) { return socket.leave(table); });

    // The one who asks is answered when the whole table has voted, or after a second.
    socket.on("vote", [game](std::string table, std::string question, crema::Ack ack) {
      game.to(table).timeout(1s).emit("question", question, [ack](const crema::AckResponses& all) {
        ack(all.ok(), all.get<bool>());
      });
    });
    // Asks a single client, and tells it what it said.
    socket.on("greet me", [socket] {
      socket.timeout(2s).emit("your name?", [socket](const crema::AckResult& answer) {
        const auto name = answer.get<std::string>();
        socket.emit("hello", name ? *name : "nobody: " + std::string(answer.error()));
      });
    });
    // Who sits there, wherever their connections live.
    socket.on("who", [game](std::string table, crema::Ack ack) {
      game.in(table).fetch_sockets([ack](std::vector<crema::RemoteSocket> found) {
        std::vector<std::string> ids;
        for (const crema::RemoteSocket& each : found) ids.push_back(each.id());
        ack(ids);
      });
    });
    socket.on("move all", [game](std::string from, std::string to) {
      game.in(from).sockets_join(to);
      game.in(to).sockets_leave(from);
      game.to(to).except("spectators").emit("moved", to);
    });
    socket.on("close table", [game](std::string table) { game.in(table).disconnect_sockets(); });
  });
  return io.run(argc > 1 ? static_cast<uint16_t>(std::stoi(argv[1])) : 3000);
}
