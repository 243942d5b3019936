// A binary upload in pieces, with progress; each piece is acknowledged, so that the client never
// sends more than the server has read.
#include <crema/crema.h>
#include <map>
#include <string>

struct Upload {
  std::string name;
  std::string bytes;
  size_t size = 0;
};

int main(int argc, char** argv) {
  constexpr size_t kSizeMax = 64 << 20;
  crema::Server io;
  io.on("upload", [](crema::Socket socket, std::string name, size_t size) {
    if (size > kSizeMax) return false;
    socket.data<Upload>() = {name, {}, size};
    return true;
  });
  io.on("piece", [](crema::Socket socket, crema::Bytes piece, crema::Ack ack) {
    Upload& upload = socket.data<Upload>();
    if (upload.bytes.size() + piece.data.size() > upload.size) return socket.close(), void();
    upload.bytes += piece.data;
    ack(upload.bytes.size());
    socket.volatile_().emit("progress", 100 * upload.bytes.size() / upload.size);
    if (upload.bytes.size() < upload.size) return;
    socket.emit("stored", upload.name, crema::Bytes{upload.bytes});
    upload = {};
  });
  return io.run(argc > 1 ? static_cast<uint16_t>(std::stoi(argv[1])) : 3000);
}
