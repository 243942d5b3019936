// Answers `echo` with what it was sent: the library, where Frappe has no such event.
//
// Usage: bench-library PORT
#include <crema/crema.h>
#include <cstdio>
#include <cstdlib>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: bench-library PORT\n", stderr);
    return 2;
  }
  crema::Server io;
  io.on("connection", [](crema::Socket socket) {
    socket.on("echo", [](crema::Json said, crema::Ack ack) { ack(said); });
  });
  const auto port = static_cast<uint16_t>(std::strtoul(argv[1], nullptr, 10));
  if (const auto error = io.listen(port, "127.0.0.1")) {
    std::fprintf(stderr, "bench-library: %s\n", error->c_str());
    return 1;
  }
  std::printf("Realtime service listening on: ws://127.0.0.1:%s\n", argv[1]);
  std::fflush(stdout);
  io.run();
  return 0;
}
