#include "crema/load/socket.h"

#include <arpa/inet.h>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace crema::load {
namespace {

Outcome<sockaddr_in> to_address(const Endpoint& endpoint) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(endpoint.port);
  if (inet_pton(AF_INET, endpoint.address.c_str(), &address.sin_addr) != 1) {
    return tl::unexpected("'" + endpoint.address + "' is not an IPv4 address");
  }
  return address;
}

int connect_to(const Descriptor& socket, const sockaddr_in& address) {
  return ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

void enable(const Descriptor& socket, int level, int option) {
  const int on = 1;
  setsockopt(socket.get(), level, option, &on, sizeof on);
}

bool is_loopback(const sockaddr_in& address) {
  constexpr std::uint32_t kNetwork = 127;
  return ntohl(address.sin_addr.s_addr) >> 24 == kNetwork;
}

// The port is chosen at connect, when the peer is known: otherwise all connections of one address
// would share 28,000 ports whatever they connect to.
Outcome<void> bind_loopback(const Descriptor& socket, std::uint32_t source) {
  enable(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT);
  sockaddr_in from{};
  from.sin_family = AF_INET;
  from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + source);
  if (bind(socket.get(), reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0) {
    return system_failure("bind");
  }
  return {};
}

}  // namespace

Outcome<Descriptor> connect_blocking(const Endpoint& peer, std::int64_t seconds_max) {
  const auto address = to_address(peer);
  if (!address) return tl::unexpected(address.error());
  Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) return system_failure("socket");
  timeval limit{};
  limit.tv_sec = seconds_max;
  setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  enable(socket, IPPROTO_TCP, TCP_NODELAY);
  if (connect_to(socket, *address) != 0) return system_failure("connecting to " + peer.address);
  return socket;
}

Outcome<Descriptor> begin_connect(const Endpoint& peer, std::uint32_t source,
                                  ReceiveBuffer buffer) {
  const auto address = to_address(peer);
  if (!address) return tl::unexpected(address.error());
  Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) return system_failure("socket");
  enable(socket, IPPROTO_TCP, TCP_NODELAY);
  if (buffer == ReceiveBuffer::kSmall) {
    const int bytes = 4096;
    setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
  }
  if (is_loopback(*address)) {
    if (auto bound = bind_loopback(socket, source); !bound) return tl::unexpected(bound.error());
  }
  if (connect_to(socket, *address) != 0 && errno != EINPROGRESS) return system_failure("connect");
  return socket;
}

Outcome<void> send_all(const Descriptor& socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return system_failure("send");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return {};
}

void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace crema::load
