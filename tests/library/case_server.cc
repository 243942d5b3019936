// A server that does what tests/e2e/library/cases.test.mjs asks for, with the public interface
// only.
#include <atomic>
#include <crema/crema.h>
#include <string>
#include <vector>

using namespace std::chrono_literals;

namespace {

// What a client asks of its own socket.
void serve_socket(crema::Socket socket) {
  socket.on("echo", [](crema::Event event) { event.ack()(event[0], event[1], event[2]); });
  socket.on("send back", [socket](crema::Event event) { socket.emit("back", event[0], event[1]); });
  socket.on("answer late", [](crema::Ack ack) {
    ack("first");
    ack("second");
  });
  socket.on("ask me", [socket](crema::Bytes bytes) {
    socket.emit("question", bytes, [socket](const crema::AckResult& answer) {
      socket.emit("answered", answer[0], answer.size());
    });
  });
  socket.on("ask in vain", [socket] {
    socket.timeout(50ms).emit("question", [socket](const crema::AckResult& answer) {
      socket.emit("in vain", answer.ok(), answer.error());
    });
  });
  socket.on("volatile", [socket] {
    socket.volatile_().emit("v", 1);
    socket.volatile_().emit("v", 2);
    socket.emit("regular", 3);
    socket.volatile_().emit("v", 4);
  });
  socket.on("volatile bytes", [socket] {
    socket.volatile_().emit("v", crema::Bytes{"one"}, crema::Bytes{"two"});
    socket.volatile_().emit("v", crema::Bytes{"three"});
    socket.emit("end");
  });
  socket.on("send", [socket] { socket.send("a", 1); });
  socket.on("large", [socket](size_t size) {
    socket.emit("text", std::string(size, 'x'));
    socket.emit("bytes", crema::Bytes{std::string(size, '\x7f')});
    socket.emit("empty", crema::Bytes{});
  });
  socket.on("rooms", [socket] { return socket.rooms(); });
  socket.on("join", [socket](std::vector<std::string> rooms) { return socket.join(rooms); });
  socket.on("leave", [socket](std::string room) { return socket.leave(room); });
  socket.on("disconnect me", [socket] { socket.disconnect(); });
  socket.on("close me", [socket] { socket.close(); });
  socket.on("outgoing", [socket](crema::Ack ack) {
    const auto count = std::make_shared<int>(0);
    const uint64_t number =
        socket.on_any_outgoing([count](const crema::Event& event) { *count += event.size() == 1; });
    socket.emit("seen", 1);
    socket.broadcast().emit("unseen", 1);
    socket.emit("seen", crema::Bytes{"x"});
    socket.off_any_outgoing(number);
    socket.emit("seen", 1);
    ack(*count);
  });
}

// What it asks about others.
void serve_broadcasts(crema::Server& io, crema::Socket socket) {
  socket.on("to", [socket](std::vector<std::string> rooms, std::string event, crema::Event) {
    socket.broadcast().to(rooms).emit(event);
  });
  socket.on("all", [&io](std::vector<std::string> rooms, std::vector<std::string> except) {
    io.sockets().all().to(rooms).except(except).emit("all", crema::Bytes{"b"}, 1);
  });
  socket.on("operators", [&io](std::string a, std::string b) {
    const crema::Target both = io.to(a).volatile_();
    (void)both.to(b);
    (void)both.except("x");
    const crema::Target again = io.to(a);
    (void)again.timeout(1s);
    again.emit("only a");
  });
  socket.on("everybody", [&io](crema::Ack ack) {
    io.timeout(200ms).emit(
        "vote", [ack](const crema::AckResponses& all) { ack(all.ok(), all.get<int>()); });
  });
  socket.on("fetch", [&io](std::string room, crema::Ack ack) {
    const auto tell = [ack](std::vector<crema::RemoteSocket> found) { ack(found.size()); };
    room.empty() ? io.fetch_sockets(tell) : io.in(room).fetch_sockets(tell);
  });
  socket.on("move", [&io](std::string from, std::string to) {
    from.empty() ? io.sockets_join(to) : io.in(from).sockets_join(to);
  });
  socket.on("unmove", [&io](std::string from, std::string room) {
    from.empty() ? io.sockets_leave(room) : io.in(from).sockets_leave(room);
  });
  socket.on("size", [&io](std::string nsp) { return io.of(nsp).size(); });
}

}  // namespace

int main(int, char** argv) {
  crema::Options options;
  options.cleanup_empty_child_namespaces = true;
  options.threads = static_cast<unsigned>(std::stoi(argv[2]));
  crema::Server io(options);
  io.on("connect", [](crema::Socket socket) { socket.emit("connect heard"); });
  io.on("connection", [&io](crema::Socket socket) {
    serve_socket(socket);
    serve_broadcasts(io, socket);
  });
  io.of("/custom").on("connection", serve_socket);
  std::atomic<int> children = 0;
  io.on_new_namespace([&children](crema::Namespace nsp) { children += nsp.name() != "/custom"; });
  const crema::Namespace dynamic = io.of_pattern("/child-\\w+");
  dynamic.use([](crema::Socket socket, crema::Next next) {
    const bool refuse = socket.handshake().auth_member("refuse").as_bool().value_or(false);
    refuse ? next(crema::Error{"refused"}) : next();
  });
  dynamic.on("made", [&children] { return children.load(); });
  return io.run(static_cast<uint16_t>(std::stoi(argv[1])));
}
