// A stream of events that survives the loss of a connection: every number once, and in order.
#include <crema/crema.h>
#include <string>

int main(int argc, char** argv) {
  crema::Options options;
  options.connection_state_recovery.emplace();
  crema::Server io(options);
  io.on("connection", [](crema::Socket socket) {
    socket.emit("session", socket.id(), socket.recovered());
    if (!socket.recovered()) socket.data<int>() = 0;
    socket.on("subscribe", [socket](std::string topic) { return socket.join(topic); });
  });
  io.on("publish", [&io](std::string topic, int first, int last) {
    for (int i = first; i <= last; ++i) io.to(topic).emit("number", i);
    return last;
  });
  return io.run(argc > 1 ? static_cast<uint16_t>(std::stoi(argv[1])) : 3000);
}
