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

// The payload of a client's short frame: two bytes of header, four of mask.
std::string unmask(std::string_view frame) {
  std::string payload(frame.substr(6, static_cast<std::size_t>(frame[1] & 0x7f)));
  for (std::size_t i = 0; i < payload.size(); ++i) {
    payload[i] = static_cast<char>(payload[i] ^ frame[2 + i % 4]);
  }
  return payload;
}

std::string text_frame(std::string_view payload) {
  std::string frame;
  append_frame_header(frame, payload.size());
  frame += payload;
  return frame;
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
    flush_rooms();
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
  if (connection.stage == Stage::kFrames) return on_frame(connection, bytes);
  connection.stage = Stage::kFrames;
  transmit(connection, accept_upgrade(bytes) +
                           text_frame(R"(0{"sid":"floor","upgrades":[],"pingInterval":25000,)"
                                      R"("pingTimeout":20000,"maxPayload":1000000})"));
}

// The only frame that asks for anything is CONNECT: `40/<namespace>,`.
void Server::on_frame(Connection& connection, std::string_view bytes) {
  const auto packet = unmask(bytes);
  if (!packet.starts_with("40")) return;
  rooms_[std::string(kRoom)].members.push_back(&connection);
  transmit(connection, text_frame(packet + R"({"sid":"floor"})"));
}

void Server::publish(const Publication& publication) {
  const auto room = rooms_.find(std::string(publication.room));
  if (room == rooms_.end()) return;
  if (gathering_ == Gathering::kOn) return write_event(room->second.gathered, publication);
  frame_.clear();
  write_event(frame_, publication);
  send_to_all(room->second, frame_);
}

void Server::flush_rooms() {
  for (auto& [name, room] : rooms_) {
    if (room.gathered.empty()) continue;
    send_to_all(room, room.gathered);
    room.gathered.clear();
  }
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
  ::close(connection.descriptor);
  connection.descriptor = -1;
}

}  // namespace crema::floor
