#include "bench/contenders/floor/server.h"

#include "bench/contenders/floor/handshake.h"

#include <array>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace crema::floor {
namespace {

constexpr std::string_view kRoom = "all";

int listen_on(std::uint16_t port) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(descriptor, SOMAXCONN) != 0) {
    ::close(descriptor);
    return -1;
  }
  return descriptor;
}

struct ClientFrame {
  std::size_t size = 0;  // 0: its end has not arrived.
  std::string payload;
};

// A client's frame of less than 64 KB, its payload unmasked.
ClientFrame read_frame(std::string_view bytes) {
  if (bytes.size() < 6) return {};
  const auto byte = [bytes](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
  std::size_t length = byte(1) & 0x7f;
  std::size_t mask = 2;
  if (length == 126) {
    length = std::size_t{byte(2)} << 8 | byte(3);
    mask = 4;
  }
  if (bytes.size() < mask + 4 + length) return {};
  ClientFrame frame{.size = mask + 4 + length,
                    .payload = std::string(bytes.substr(mask + 4, length))};
  for (std::size_t i = 0; i < length; ++i) {
    frame.payload[i] = static_cast<char>(frame.payload[i] ^ bytes[mask + i % 4]);
  }
  return frame;
}

std::string text_frame(std::string_view payload) {
  std::string frame;
  append_frame_header(frame, payload.size());
  frame += payload;
  return frame;
}

constexpr std::string_view kOpenPacket =
    R"(0{"sid":"floor","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,)"
    R"("maxPayload":1000000})";

std::string http_answer(std::string_view body) {
  return "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

// The room of the name in the cookie `sid`; all of the head is read for it.
std::string user_room(std::string_view request) {
  constexpr std::string_view kCookie = "Cookie: sid=";
  const auto at = request.find(kCookie);
  if (at == std::string_view::npos) return {};
  request.remove_prefix(at + kCookie.size());
  return "user:" + std::string(request.substr(0, request.find('\r'))) + "@example.com";
}

// The event packet, its message without white space: this load's strings hold none.
void write_event(std::string& out, const Publication& publication) {
  std::string packet = "42/";
  packet.append(publication.name_space).append(",[\"").append(publication.event).append("\",");
  for (const char byte : publication.message) {
    if (byte > ' ') packet += byte;
  }
  packet += ']';
  append_frame_header(out, packet.size());
  out += packet;
}

}  // namespace

Server::Server(std::uint16_t port, Gathering gathering, RedisFeed feed)
    : feed_(std::move(feed)),
      gathering_(gathering),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      listener_(listen_on(port)),
      buffer_(64 * 1024, '\0') {
  // The listener is known by a null pointer, the feed by the address of its member.
  watch(listener_, nullptr, EPOLLIN, EPOLL_CTL_ADD);
  watch(feed_.descriptor(), &feed_, EPOLLIN, EPOLL_CTL_ADD);
}

void Server::run() {
  std::array<epoll_event, 512> events{};
  for (;;) {
    const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      const auto& event = events[static_cast<std::size_t>(i)];
      if (event.data.ptr == &feed_) {
        if (!feed_.read()) return;
        while (const auto publication = feed_.next()) publish(*publication);
      } else {
        on_event(event.events, static_cast<Connection*>(event.data.ptr));
      }
    }
    flush();
  }
}

void Server::on_event(std::uint32_t events, Connection* connection) {
  if (connection == nullptr) return accept_all();
  if ((events & EPOLLOUT) != 0) {
    watch(connection->descriptor, connection, EPOLLIN, EPOLL_CTL_MOD);
    transmit(*connection, std::exchange(connection->pending, {}));
  }
  if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) on_readable(*connection);
}

void Server::accept_all() {
  for (;;) {
    const int descriptor = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor < 0) return;
    const int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connections_.push_back(std::make_unique<Connection>());
    connections_.back()->descriptor = descriptor;
    watch(descriptor, connections_.back().get(), EPOLLIN, EPOLL_CTL_ADD);
  }
}

void Server::on_readable(Connection& connection) {
  const auto size = recv(connection.descriptor, buffer_.data(), buffer_.size(), 0);
  if (size < 0 && errno == EAGAIN) return;
  if (size <= 0) return close(connection);
  const auto bytes = std::string_view(buffer_).substr(0, static_cast<std::size_t>(size));
  if (connection.stage == Stage::kFrames) return on_frames(connection, bytes);
  on_request(connection, bytes);
}

// Opens by polling, is told the CONNECT packet, and answers it to the next GET; or upgrades.
void Server::on_request(Connection& connection, std::string_view request) {
  const auto target = request.substr(0, request.find("\r\n"));
  const bool has_session = target.find("&sid=") != std::string_view::npos;
  if (connection.user_room.empty()) connection.user_room = user_room(request);
  if (target.find("transport=websocket") != std::string_view::npos) {
    connection.stage = Stage::kFrames;
    const auto upgraded = accept_upgrade(request);
    transmit(connection, has_session ? upgraded : upgraded + text_frame(kOpenPacket));
  } else if (request.starts_with("POST")) {
    connection.posted = request.substr(request.find("\r\n\r\n") + 4);
    transmit(connection, http_answer("ok"));
  } else if (has_session) {
    join(connection, std::string(kRoom));
    transmit(connection, http_answer(connection.posted + R"({"sid":"floor"})"));
  } else {
    transmit(connection, http_answer(kOpenPacket));
  }
}

void Server::on_frames(Connection& connection, std::string_view bytes) {
  if (!connection.partial.empty()) {
    connection.partial += bytes;
    bytes = connection.partial;
  }
  for (;;) {
    const auto frame = read_frame(bytes);
    if (frame.size == 0) break;
    bytes.remove_prefix(frame.size);
    on_packet(connection, frame.payload);
  }
  connection.partial = std::string(bytes);
}

void Server::on_packet(Connection& connection, std::string_view packet) {
  if (packet == "2probe") return answer(connection, "3probe");
  if (packet.starts_with("42")) return on_event(connection, packet);
  if (!packet.starts_with("40")) return;
  join(connection, std::string(kRoom));
  if (!connection.user_room.empty()) join(connection, connection.user_room);
  answer(connection, std::string(packet) + R"({"sid":"floor"})");
}

// `42`, a namespace up to a comma, the acknowledgement's id, the array.
void Server::on_event(Connection& connection, std::string_view packet) {
  const auto array = packet.find('[');
  const auto head = packet.substr(2, array - 2);
  constexpr std::string_view kEcho = "[\"echo\",";
  constexpr std::string_view kSubscribe = "[\"task_subscribe\",\"";
  packet.remove_prefix(array);
  if (packet.starts_with(kEcho)) {
    std::string reply = "43";
    reply.append(head).append("[").append(packet.substr(kEcho.size()));
    answer(connection, reply);
  } else if (packet.starts_with(kSubscribe)) {
    packet.remove_prefix(kSubscribe.size());
    join(connection, "task_progress:" + std::string(packet.substr(0, packet.find('"'))));
  } else {
    answer(connection, "42" + std::string(head) + "[\"pong\"]");
  }
}

void Server::join(Connection& connection, const std::string& room) {
  rooms_[room].members.push_back(&connection);
}

void Server::answer(Connection& connection, std::string_view packet) {
  if (gathering_ == Gathering::kOff) return transmit(connection, text_frame(packet));
  if (connection.answers.empty()) connections_to_flush_.push_back(&connection);
  append_frame_header(connection.answers, packet.size());
  connection.answers += packet;
}

void Server::publish(const Publication& publication) {
  const auto room = rooms_.find(std::string(publication.room));
  if (room == rooms_.end()) return;
  if (gathering_ == Gathering::kOn) {
    if (room->second.gathered.empty()) rooms_to_flush_.push_back(&room->second);
    return write_event(room->second.gathered, publication);
  }
  frame_.clear();
  write_event(frame_, publication);
  send_to_all(room->second, frame_);
}

void Server::flush() {
  for (Connection* connection : connections_to_flush_) {
    transmit(*connection, connection->answers);
    connection->answers.clear();
  }
  connections_to_flush_.clear();
  for (Room* room : rooms_to_flush_) {
    send_to_all(*room, room->gathered);
    room->gathered.clear();
  }
  rooms_to_flush_.clear();
}

void Server::send_to_all(const Room& room, std::string_view bytes) {
  for (Connection* member : room.members) transmit(*member, bytes);
}

void Server::transmit(Connection& connection, std::string_view bytes) {
  if (connection.pending.empty()) {
    const auto sent = send(connection.descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
    if (bytes.empty() || (sent < 0 && errno != EAGAIN)) return;
    watch(connection.descriptor, &connection, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
  }
  connection.pending += bytes;
}

void Server::watch(int descriptor, void* owner, std::uint32_t events, int operation) const {
  epoll_event event{};
  event.events = events;
  event.data.ptr = owner;
  epoll_ctl(epoll_, operation, descriptor, &event);
}

// A load ends with its process: nothing of a closed connection is used again.
void Server::close(Connection& connection) {
  for (auto& [name, room] : rooms_) std::erase(room.members, &connection);
  std::erase(connections_to_flush_, &connection);
  ::close(connection.descriptor);
  connection.descriptor = -1;
}

}  // namespace crema::floor
