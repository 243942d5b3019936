// Who may connect, and what they may send: middlewares.
#include <crema/crema.h>
#include <map>
#include <string>

int main(int argc, char** argv) {
  const std::map<std::string, std::string> users = {{"t0ken-a", "alice"}, {"t0ken-b", "bob"}};
  crema::Server io;
  io.use([users](crema::Socket socket, crema::Next next) {
    const auto token = socket.handshake().auth_member("token").as_string();
    const auto user = users.find(token.value_or(""));
    if (user == users.end()) {
      return next(crema::Error{"who are you?", crema::Json{R"({"status":401})"}});
    }
    socket.data<std::string>() = user->second;
    socket.join("user:" + user->second);
    next();
  });
  io.on("connection", [&io](crema::Socket socket) {
    socket.emit("you are", socket.data<std::string>());
    socket.use([socket](const crema::Event& event, crema::Next next) {
      const bool is_admin = socket.data<std::string>() == "alice";
      if (event.name().starts_with("admin:") && !is_admin) {
        return next(crema::Error{"not for you"});
      }
      next();
    });
    socket.on("error", [socket](std::string message) { socket.emit("refused", message); });
    socket.on("admin:announce", [&io](std::string text) { io.emit("announcement", text); });
    socket.on("tell", [&io](std::string user, std::string text) {
      io.to("user:" + user).emit("told", text);
    });
  });
  // Other paths are the program's own.
  io.http([](const crema::HttpRequest& request) -> std::optional<crema::HttpResponse> {
    if (request.path != "/health") return std::nullopt;
    return crema::HttpResponse{200, {{"Content-Type", "text/plain"}}, "up"};
  });
  return io.run(argc > 1 ? static_cast<uint16_t>(std::stoi(argv[1])) : 3000);
}
