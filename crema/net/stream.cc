#include "crema/net/stream.h"

#include <cerrno>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace crema::net {
namespace {

int family_of(int descriptor) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size);
  return address.ss_family;
}

Stream::Transfer failed() {
  const bool again = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  return {again ? Stream::Status::kWouldBlock : Stream::Status::kClosed};
}

}  // namespace

Stream::Stream(Loop& loop, int descriptor) : loop_(loop), socket_(loop.executor()) {
  const int family = family_of(descriptor);
  if (family == AF_INET || family == AF_INET6) {
    const int on = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
  ErrorCode error;
  const asio::generic::stream_protocol protocol(family, 0);
  socket_.assign(protocol, descriptor, error);
  if (error) ::close(descriptor);
}

Stream::Transfer Stream::read(std::span<char> into) {
  const ssize_t n = ::recv(socket_.native_handle(), into.data(), into.size(), 0);
  if (n < 0) return failed();
  if (n == 0) return {Status::kEnd};
  return {Status::kOk, static_cast<size_t>(n)};
}

Stream::Transfer Stream::write(std::string_view bytes) {
  const ssize_t n = ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (n < 0) return failed();
  const auto sent = static_cast<size_t>(n);
  return {sent == bytes.size() ? Status::kOk : Status::kWouldBlock, sent};
}

void Stream::shutdown_write() {
  ErrorCode ignored;
  socket_.shutdown(StreamSocket::shutdown_send, ignored);
}

void Stream::close() {
  ErrorCode ignored;
  socket_.close(ignored);
}

std::optional<int> Stream::release() {
  ErrorCode error;
  const int descriptor = socket_.release(error);
  if (!error) return descriptor;
  close();
  return std::nullopt;
}

}  // namespace crema::net
