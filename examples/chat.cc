// A chat with rooms: the server of ten lines that every Socket.IO tutorial begins with.
#include <crema/crema.h>

int main(int argc, char** argv) {
  crema::Server io;
  io.on("connection", [](crema::Socket socket) {
    socket.on("join", [socket](std::string room, std::string name) {
      socket.data<std::string>() = name;
      socket.join(room);
      socket.to(room).emit("joined", name);
      return "welcome to " + room;  // Answers the acknowledgement.
    });
    socket.on("say", [socket](std::string room, std::string text) {
      socket.to(room).emit("said", socket.data<std::string>(), text);
    });
    socket.on("disconnecting", [socket](std::string reason) {
      for (const std::string& room : socket.rooms()) {
        socket.to(room).emit("left", socket.data<std::string>(), reason);
      }
    });
  });
  return io.run(argc > 1 ? static_cast<uint16_t>(std::stoi(argv[1])) : 3000);
}
