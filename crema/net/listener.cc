#include "crema/net/listener.h"

#include "crema/base/counter.h"
#include "crema/base/log.h"

#include <boost/asio/basic_socket_acceptor.hpp>

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace crema::net {
namespace {

const base::Counter kPauses{"crema_accept_pauses_total", "",
                            "Times that accepting paused because descriptors had run out."};
const base::Counter kFewLeft{"crema_accepted_near_limit_total", "",
                             "Connections accepted with four fifths of the descriptors taken."};

// Connections accepted in one turn before others get theirs.
constexpr int kAcceptsPerTurn = 64;

base::Result<std::unique_ptr<Listener>, ListenError> failed(const std::string& what, int error) {
  using Kind = ListenError::Kind;
  const Kind kind = error == EADDRINUSE                               ? Kind::kInUse
                    : error == EACCES || error == EPERM               ? Kind::kForbidden
                    : error == EADDRNOTAVAIL || error == EAFNOSUPPORT ? Kind::kUnavailable
                                                                      : Kind::kOther;
  return base::fail(ListenError{kind, what + ": " + std::strerror(error)});
}

std::string ip_text(const sockaddr* address, socklen_t size) {
  char host[NI_MAXHOST];
  if (::getnameinfo(address, size, host, sizeof host, nullptr, 0, NI_NUMERICHOST) != 0) return {};
  std::string text(host);
  if (text.starts_with("::ffff:")) text.erase(0, 7);
  return text;
}

uint16_t port_of(int descriptor) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size);
  if (address.ss_family == AF_INET6)
    return ntohs(reinterpret_cast<sockaddr_in6*>(&address)->sin6_port);
  return ntohs(reinterpret_cast<sockaddr_in*>(&address)->sin_port);
}

// True when something answers on the path: then the file is not stale.
bool somebody_listens(const sockaddr_un& address) {
  const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool answered =
      ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(probe);
  return answered;
}

// Binds and listens; the descriptor, or -1 with errno.
int listen_on(int family, const sockaddr* address, socklen_t size) {
  const int descriptor = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -1;
  const int on = 1;
  if (family != AF_UNIX) {
    ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    // On Linux who is accepted has it from here.
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  if (family == AF_INET6) ::setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (::bind(descriptor, address, size) == 0 && ::listen(descriptor, Listener::kBacklog) == 0) {
    return descriptor;
  }
  const int error = errno;
  ::close(descriptor);
  errno = error;
  return -1;
}

}  // namespace

void close_descriptor(int descriptor) { ::close(descriptor); }

Listener::Listener(Loop& loop, int descriptor, int family)
    : loop_(loop), acceptor_(loop.executor()), pause_timer_(loop.executor()) {
  const asio::generic::stream_protocol protocol(family, 0);
  acceptor_.assign(protocol, descriptor);
}

Listener::~Listener() { close(); }

void Listener::close() {
  ErrorCode ignored;
  acceptor_.close(ignored);
  pause_timer_.cancel();
  if (!unix_path_.empty()) ::unlink(unix_path_.c_str());
  unix_path_.clear();
}

base::Result<std::unique_ptr<Listener>, ListenError> Listener::tcp(Loop& loop,
                                                                   const std::string& host,
                                                                   uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int resolved = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (resolved != 0) {
    return base::fail(
        ListenError{ListenError::Kind::kUnavailable, host + ": " + ::gai_strerror(resolved)});
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(found, &::freeaddrinfo);
  const int descriptor = listen_on(found->ai_family, found->ai_addr, found->ai_addrlen);
  if (descriptor < 0) return failed(host + ":" + std::to_string(port), errno);
  std::unique_ptr<Listener> listener(new Listener(loop, descriptor, found->ai_family));
  const std::string ip = ip_text(found->ai_addr, found->ai_addrlen);
  listener->port_ = port_of(descriptor);
  listener->address_ =
      (found->ai_family == AF_INET6 ? "[" + ip + "]" : ip) + ":" + std::to_string(listener->port_);
  return listener;
}

base::Result<std::unique_ptr<Listener>, ListenError> Listener::unix_socket(Loop& loop,
                                                                           const std::string& path,
                                                                           unsigned mode) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return failed(path, ENAMETOOLONG);
  path.copy(address.sun_path, path.size());
  if (somebody_listens(address)) return failed(path, EADDRINUSE);
  struct stat info {};
  if (::lstat(path.c_str(), &info) == 0 && S_ISSOCK(info.st_mode)) ::unlink(path.c_str());
  const mode_t old_mask = ::umask(0777 & ~mode);  // No moment with wider rights.
  const int descriptor = listen_on(AF_UNIX, reinterpret_cast<sockaddr*>(&address), sizeof address);
  const int error = errno;
  ::umask(old_mask);
  if (descriptor < 0) return failed(path, error);
  std::unique_ptr<Listener> listener(new Listener(loop, descriptor, AF_UNIX));
  listener->address_ = path;
  listener->unix_path_ = path;
  return listener;
}

void Listener::start(Accept accept) {
  accept_ = std::move(accept);
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  descriptors_max_ = static_cast<int>(std::min<rlim_t>(limit.rlim_cur, 1U << 30));
  wait();
}

void Listener::wait() {
  acceptor_.async_wait(Acceptor::wait_read, loop_.handler([this](ErrorCode error) {
    if (!error && acceptor_.is_open()) accept_ready();
  }));
}

void Listener::accept_ready() {
  for (int i = 0; i < kAcceptsPerTurn; ++i) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    const int descriptor = ::accept4(acceptor_.native_handle(), reinterpret_cast<sockaddr*>(&peer),
                                     &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor >= 0) {
      warn_when_few_are_left(descriptor);
      accept_(descriptor, peer.ss_family == AF_UNIX
                              ? std::string()
                              : ip_text(reinterpret_cast<sockaddr*>(&peer), size));
      continue;
    }
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
      return pause(errno);
    if (errno == EAGAIN) break;
  }
  wait();
}

// The lowest free number is given: it says how many are taken.
void Listener::warn_when_few_are_left(int descriptor) const {
  if (int64_t{descriptor} * 5 < int64_t{descriptors_max_} * 4) return;
  kFewLeft.add();
  log::warn("few descriptors are left", {{"taken", descriptor}, {"limit", descriptors_max_}});
}

// Accepting now would spin: the pending connection stays readable. It waits its turn instead.
void Listener::pause(int error) {
  kPauses.add();
  log::warn("accepting pauses", {{"address", address_}, {"reason", std::strerror(error)}});
  pause_timer_.expires_after(kPause);
  pause_timer_.async_wait(loop_.handler([this](ErrorCode aborted) {
    if (!aborted && acceptor_.is_open()) wait();
  }));
}

}  // namespace crema::net
